import type { CheckResult, Exchange, Report } from '../../model.ts';
import { acceptedWords } from '../details.ts';
import { referenceUrl } from '../reference-url.ts';
import { repetitionOf } from '../repetition.ts';
import { type Standing, standingOf, standingWords } from '../standing.ts';
import { markup, type Markup } from './markup.ts';

/** Beside the colour, since not everybody sees it. */
export const MARKS: Readonly<Record<Standing, string>> = {
  failed: '✕',
  warned: '!',
  'not-testable': '?',
  accepted: '~',
  passed: '✓',
  'not-applicable': '–',
};

/** What `data-operation` is where a check is about none. */
export const NO_OPERATION = '-';

/** One check: a line that opens to all there is to know. Its id is its address. */
export function checkView(check: CheckResult, report: Report): Markup {
  const { id, area, level, title, durationMs, operation = NO_OPERATION } = check;
  const standing = standingOf(check);
  return markup` <details
    class="check ${standing}"
    id="${id}"
    data-standing="${standing}"
    data-level="${level}"
    data-area="${area}"
    data-operation="${operation}"
  >
    <summary>
      <span class="mark" role="img" aria-label="${standingWords(standing)}">${MARKS[standing]}</span>
      <span class="title">${title}<code>${id}</code></span>
      <span class="meta"><span>${level}</span><span>${milliseconds(durationMs)}</span></span>
    </summary>
    <div class="body">
      ${facts(check)}${check.exchange && wire(check.exchange)}${check.exchange && again(check.exchange, report)}
    </div>
  </details>`;
}

/** `0.8 s` from a second on. */
export function milliseconds(duration: number): string {
  return duration < 1000 ? `${Math.round(duration)} ms` : `${(duration / 1000).toFixed(1)} s`;
}

function facts({
  id,
  sentence,
  expected,
  observed,
  remedy,
  references,
  operation,
  accepted,
}: CheckResult): Markup {
  const rows: readonly (readonly [string, Markup | string | undefined])[] = [
    ['Rule', sentence],
    ['Expected', expected],
    ['Observed', markup`<span class="observed">${observed}</span>`],
    ['Accepted', accepted && acceptedWords(accepted)],
    ['Operation', operation],
    ['Fix', remedy],
    [
      'Reference',
      markup`${references.map((reference, at) => markup`${at === 0 ? '' : ', '}${link(reference)}`)}`,
    ],
    ['Link', markup`<a href="#${id}">#${id}</a>`],
  ];
  return markup`<dl class="facts">
    ${rows.map(
      ([term, text]) =>
        text &&
        markup`<dt>${term}</dt>
          <dd>${text}</dd>`,
    )}
  </dl>`;
}

function link(reference: string): Markup {
  const url = referenceUrl(reference);
  return url === undefined
    ? markup`${reference}`
    : markup`<a href="${url}" rel="noreferrer">${reference}</a>`;
}

function wire({ request, response, durationMs }: Exchange): Markup {
  const sent = [`${request.method} ${request.path}`, ...fields(request.headers)];
  const body = request.body === undefined ? [] : ['', request.body];
  const received = [`HTTP ${response.status}`, ...fields(response.headers), '', readable(response.body)];
  return markup`<div class="wire">
    <figure>
      <figcaption>Sent</figcaption>
      <pre tabindex="0">${[...sent, ...body].join('\n')}</pre>
    </figure>
    <figure>
      <figcaption>Answered <span>${milliseconds(durationMs)}</span></figcaption>
      <pre tabindex="0">${received.join('\n')}</pre>
    </figure>
  </div>`;
}

/** JSON in lines, for the eye; anything else as it came. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function fields(headers: Exchange['request']['headers']): readonly string[] {
  return headers.map(([name, value]) => `${name}: ${value}`);
}

function again(exchange: Exchange, report: Report): Markup {
  const { commands, note } = repetitionOf(exchange, report);
  if (commands.length === 0) return markup`${note && markup`<div class="again"><p>${note}</p></div>`}`;
  return markup`<figure class="again">
    <figcaption>Repeat <button type="button" class="quiet copy" hidden>Copy</button></figcaption>
    <pre tabindex="0">${commands.join('\n')}</pre>
    ${note && markup`<p>${note}</p>`}
  </figure>`;
}
