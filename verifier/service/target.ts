/** Path and query of a request target (RFC 9112 §3.2): the origin form, or the absolute form that proxies send. */
export function targetOf(url: string): { readonly path: string; readonly query: string } {
  const target = url.startsWith('/') ? url : originForm(url);
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function originForm(url: string): string {
  const authority = /^[a-z][a-z\d+.-]*:\/\/[^/?]*/i.exec(url);
  return authority === null ? url : url.slice(authority[0].length);
}
