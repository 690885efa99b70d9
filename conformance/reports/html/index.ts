import { createHash } from 'node:crypto';
import { AREAS } from '../../../spec/index.ts';
import type { Report } from '../../model.ts';
import { beforeRepeating } from '../repetition.ts';
import { countStandings, type Standing, standingOf, STANDINGS, standingWords } from '../standing.ts';
import { checkView, milliseconds, NO_OPERATION } from './check.ts';
import { markup, type Markup } from './markup.ts';
import { areaWords, matrix } from './matrix.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const VERDICTS = { pass: 'Pass', fail: 'Fail', invalid: 'No verdict' } as const;
const SLOWEST = 12;
/** Shown at first where there is any of it; the others are a click away. */
const TROUBLE: ReadonlySet<Standing> = new Set<Standing>(['failed', 'warned', 'not-testable']);

/**
 * One page that needs nothing else: no network, no server. What a backend answered is text in it, and a content security policy lets
 * nothing run or load but the script and the style of the page itself.
 */
export function htmlReport(report: Report): string {
  const { gateproof, contract, target, summary, requirements } = report;
  const policy = `default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${VERDICTS[summary.verdict]}: ${contract.title} – gateproof</title>
        <style>${{ safe: STYLE }}</style>
      </head>
      <body>
        <a class="skip" href="#checks">To the checks</a>
        <header>
          <p class="brand">
            <b>gateproof</b> ${gateproof}${requirements === undefined ? '' : `, requirements ${requirements}`}
          </p>
          <h1>${contract.title}</h1>
          <p class="target"><code>${target}</code></p>
        </header>
        <main>
          ${verdict(report)}
          <section aria-labelledby="by-operation">
            <h2 id="by-operation">By operation and area</h2>
            <p>The worst finding of each cell. A cell leads to its checks.</p>
            ${matrix(report)}
          </section>
          <section id="checks" aria-labelledby="all-checks">
            <h2 id="all-checks">Checks</h2>
            ${beforeRepeating(report) && markup`<p>${beforeRepeating(report)}</p>`} ${filters(report)}
            ${AREAS.map((area) => areaView(area, report))}
          </section>
          ${timings(report)}
        </main>
        ${foot(report)}
        <script>${{ safe: SCRIPT }}</script>
      </body>
    </html> `;
  return page.safe;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function verdict({ summary, checks }: Report): Markup {
  const counts = [...countStandings(checks)].filter(([, count]) => count > 0);
  let left = 0;
  const bars = counts.map(([standing, count]) => {
    const x = left;
    left += (100 * count) / checks.length;
    return markup`<rect
      class="${standing}"
      x="${x.toFixed(2)}%"
      width="${(left - x).toFixed(2)}%"
      height="8"
    />`;
  });
  const words = counts.map(([standing, count]) => `${count} ${standingWords(standing)}`).join(', ');
  return markup`<div class="verdict ${summary.verdict}">
    <p class="word">${summary.partial ? 'Pass in part' : VERDICTS[summary.verdict]}</p>
    <p class="reason">${summary.reason ?? 'Every MUST holds'}</p>
    <svg class="bar" role="img" aria-label="${words}">${bars}</svg>
    <ul class="counts">
      ${counts.map(([standing, count]) => markup`<li class="${standing}"><b>${count}</b> ${standingWords(standing)}</li>`)}
    </ul>
    ${
      summary.stale &&
      markup`<ul class="stale">
        ${summary.stale.map((sentence) => markup`<li>${sentence}</li>`)}
      </ul>`
    }
  </div>`;
}

function filters({ checks, contract }: Report): Markup {
  const counts = [...countStandings(checks)].filter(([, count]) => count > 0);
  const troubled = counts.some(([standing]) => TROUBLE.has(standing));
  const used = new Set(checks.map(({ operation = NO_OPERATION }) => operation));
  const operations = contract.operations.filter(({ id }) => used.has(id));
  return markup`<form
      id="filters"
      class="filters"
      hidden
      role="search"
      aria-label="Filter the checks"
      autocomplete="off"
    >
      <fieldset class="chips" aria-label="Outcome">
        ${counts.map(
          ([standing, count]) =>
            markup`<label class="${standing}"
              ><input
                type="checkbox"
                name="standing"
                value="${standing}"
                ${!troubled || TROUBLE.has(standing) ? markup` checked` : undefined}
              />${standingWords(standing)} ${count}</label
            >`,
        )}
      </fieldset>
      ${select(
        'level',
        'Every level',
        ['MUST', 'SHOULD', 'MAY'].map((level) => [level, level]),
      )}
      ${select(
        'area',
        'Every area',
        AREAS.map((area) => [area, areaWords(area)]),
      )}
      ${select('operation', 'Every operation', [...operations.map(({ id, method, path }) => [id, `${method} ${path}`] as const), [NO_OPERATION, 'No single operation']])}
      <input type="search" name="text" placeholder="Search ( / )" aria-label="Text in a check" />
    </form>
    <p class="status" hidden>
      <output id="shown" aria-live="polite"></output
      ><span
        ><button type="button" class="quiet" id="everything">Show all</button>
        <button type="button" class="quiet" id="unfold">Open all</button></span
      >
    </p>`;
}

function select(name: string, all: string, options: readonly (readonly [string, string])[]): Markup {
  return markup`<select name="${name}" aria-label="${name}">
    <option value="">${all}</option>
    ${options.map(([value, label]) => markup`<option value="${value}">${label}</option>`)}
  </select>`;
}

/** What has to be mended comes first. */
function areaView(area: (typeof AREAS)[number], report: Report): Markup | undefined {
  const checks = report.checks.filter((check) => check.area === area);
  if (checks.length === 0) return undefined;
  const counts = [...countStandings(checks)].filter(([, count]) => count > 0);
  const words = counts.map(([standing, count]) => `${count} ${standingWords(standing)}`).join(', ');
  const inOrder = STANDINGS.flatMap((standing) => checks.filter((check) => standingOf(check) === standing));
  return markup`<div class="area">
    <h3>${sentenceCase(areaWords(area))} <span>${words}</span></h3>
    ${inOrder.map((check) => checkView(check, report))}
  </div>`;
}

function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function timings({ checks }: Report): Markup | undefined {
  const slowest = [...checks].sort((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST);
  const most = slowest[0]?.durationMs ?? 0;
  if (most === 0) return undefined;
  const rows = slowest.map(
    ({ id, durationMs }) =>
      markup`<tr>
        <th scope="row"><a href="#${id}">${id}</a></th>
        <td>
          <svg class="spark" aria-hidden="true">
            <rect width="${((100 * durationMs) / most).toFixed(1)}%" height="6" rx="3" />
          </svg>
        </td>
        <td class="ms">${milliseconds(durationMs)}</td>
      </tr>`,
  );
  return markup`<section aria-labelledby="timings">
    <h2 id="timings">Timings</h2>
    <p>The checks that took longest. Checks run side by side, so they add up to more than the run took.</p>
    <div class="scroll timings">
      <table>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

function foot({ contract, settings, idp, requirements }: Report): Markup {
  const rows = [
    ['Contract', contract.source],
    ['SHA-256', contract.sha256],
    ['Identity provider', idp],
    ['Requirements', requirements ?? 'all of this version'],
    ...Object.entries(settings).map(([name, value]) => [
      name,
      value === undefined ? '–' : JSON.stringify(value),
    ]),
  ];
  return markup`<footer>
    No token is in this file: each is replaced by a label.
    <dl class="facts">
      ${rows.map(
        ([term, text]) =>
          markup`<dt>${term}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
  </footer>`;
}
