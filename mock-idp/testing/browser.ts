/** What a user sees and does at the authorization endpoint, without a browser. */
export class Browser {
  #cookie = '';

  /** Follows a URL; redirects are not followed, for they lead to the client. */
  async visit(url: string | URL, form?: Readonly<Record<string, string>>): Promise<Page> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: this.#cookie === '' ? {} : { cookie: this.#cookie },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? '';
    const location = response.headers.get('location');
    return {
      url: new URL(url),
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      ...(location !== null && { location: new URL(location) }),
    };
  }

  /** Sends the form of a page with these fields, as a click on one of its buttons would. */
  async submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const action = /<form method="post" action="([^"]*)"/u.exec(page.text)?.[1];
    if (action === undefined) throw new Error(`No form is on the page: ${page.text.slice(0, 200)}`);
    return this.visit(new URL(action.replaceAll('&amp;', '&'), page.url), fields);
  }
}

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it redirects to. */
  readonly location?: URL;
}
