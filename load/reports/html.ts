import type { LoadReport, ScenarioResult } from '../model.ts';
import { histogram, timeline } from './charts.ts';
import { escape } from './escape.ts';
import { bounded, figure } from './figures.ts';
import { STYLE } from './style.ts';

const VERDICTS = { pass: 'Pass', fail: 'Fail', invalid: 'No verdict' } as const;
const OUTCOMES = { pass: 'kept', fail: 'broken', 'not-measured': 'not measured' } as const;

/** One file that needs nothing else: no script, no network, dark where the reader's system is. */
export function htmlLoadReport(report: LoadReport): string {
  const { gateproof, k6, target, verdict, scenarios } = report;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>gateproof load: ${VERDICTS[verdict]}</title>
<style>${STYLE}</style>
<main>
<header>
<h1>Load <span class="badge ${verdict}">${VERDICTS[verdict]}</span></h1>
<p class="quiet">${escape(target)} · gateproof ${escape(gateproof)} · k6 ${escape(k6)}</p>
<nav>${scenarios.map(({ scenario, verdict: own }) => `<a class="${own}" href="#${scenario}">${scenario}</a>`).join('')}</nav>
</header>
${scenarios.map(section).join('\n')}
</main>
</html>
`;
}

function section(result: ScenarioResult): string {
  const { scenario, title, rate, seconds, instances, verdict, reason, verification } = result;
  const split = instances > 1 ? ` · split among ${instances} k6 processes` : '';
  const good = result.requests.find(({ kind }) => kind === 'good') ?? result.requests[0];
  return `<section id="${scenario}">
<h2>${scenario} <span class="badge ${verdict}">${VERDICTS[verdict]}</span></h2>
<p>${escape(title)} <span class="quiet">· ${rate}/s for ${seconds} s${split}</span></p>
${reason === undefined ? '' : `<p class="reason">${escape(reason)}</p>`}
${thresholds(result)}
<div class="charts">
${result.timeline.length > 1 ? figureOf('Latency over time', timeline(result), 'median and p99 per second, in milliseconds; requests that failed stand below') : ''}
${good === undefined ? '' : figureOf(`Latency of ${escape(good.kind)} requests`, histogram(good.bins, good.latencyMs), 'requests by latency in milliseconds, both axes logarithmic')}
${verification === undefined ? '' : figureOf('Verification alone', histogram(verification.bins, verification.latencyMs), verification.source === 'paired' ? 'difference to an open request before it' : 'as the backend says in Server-Timing')}
</div>
${latencies(result)}
${forgeries(result)}
<ul class="quiet">${result.notes.map((note) => `<li>${escape(note)}</li>`).join('')}</ul>
</section>`;
}

function figureOf(title: string, svg: string, caption: string): string {
  return `<figure><h3>${title}</h3>${svg}<figcaption class="quiet">${caption}</figcaption></figure>`;
}

function thresholds({ thresholds: all }: ScenarioResult): string {
  const rows = all.map((threshold) => {
    const { name, title, observed, unit, outcome } = threshold;
    const seen = observed === undefined ? '–' : figure(observed, unit);
    return `<tr class="${outcome}"><td>${OUTCOMES[outcome]}</td><th scope="row">${name}</th><td class="number">${seen}</td><td class="number">${escape(bounded(threshold))}</td><td class="quiet">${escape(title)}</td></tr>`;
  });
  return `<table><thead><tr><th></th><th>threshold</th><th class="number">observed</th><th class="number">limit</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function latencies({ requests, issuer, generator }: ScenarioResult): string {
  const rows = requests.map(({ kind, count, failed, statuses, latencyMs: { p50, p95, p99, max } }) => {
    const answered = Object.entries(statuses).map(
      ([status, times]) => `${status === '0' ? 'none' : status}: ${times}`,
    );
    const numbers = [p50, p95, p99, max].map((ms) => `<td class="number">${ms.toFixed(2)}</td>`).join('');
    return `<tr><th scope="row">${escape(kind)}</th><td class="number">${count}</td><td class="number">${failed}</td>${numbers}<td class="quiet">${answered.join(', ')}</td></tr>`;
  });
  const asked =
    issuer === undefined
      ? ''
      : `Issuer: ${issuer.jwksFetches} fetches of the key set, ${issuer.sessionCalls} session calls. `;
  const wait =
    generator.waitShare === undefined
      ? ''
      : `, waited for a core ${Math.round(generator.waitShare * 100)} % of its time`;
  return `<details open><summary>All requests</summary><table><thead><tr><th></th><th class="number">count</th><th class="number">failed</th><th class="number">p50 ms</th><th class="number">p95</th><th class="number">p99</th><th class="number">max</th><th>status</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<p class="quiet">${asked}Generator: ${generator.dropped} iterations dropped${wait}.</p></details>`;
}

function forgeries({ forgeries: all }: ScenarioResult): string {
  if (all.length === 0) return '';
  const rows = all.map(
    ({ name, count, accepted, failed, p50Ms }) =>
      `<tr class="${accepted + failed > 0 ? 'fail' : ''}"><th scope="row">${escape(name)}</th><td class="number">${count}</td><td class="number">${accepted}</td><td class="number">${failed}</td><td class="number">${p50Ms.toFixed(2)}</td></tr>`,
  );
  return `<details><summary>Bad tokens by kind (${all.length})</summary><table><thead><tr><th></th><th class="number">sent</th><th class="number">accepted</th><th class="number">failed</th><th class="number">p50 ms</th></tr></thead><tbody>${rows.join('')}</tbody></table></details>`;
}
