import type { Bins, LatencySummary } from '../latency.ts';
import type { Mark, ScenarioResult, Second } from '../model.ts';
import { escape } from './escape.ts';

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 48;
const RIGHT = 12;
const TOP = 22;
const BOTTOM = 30;

type Scale = (value: number) => number;

/** Median and p99 of each second, with what was done to the issuer meanwhile. */
export function timeline({ timeline: seconds, marks, seconds: planned }: ScenarioResult): string {
  const last = Math.max(planned, ...seconds.map(({ second }) => second + 1));
  const x = linear(0, last, LEFT, WIDTH - RIGHT);
  const y = logarithmic(
    seconds.flatMap(({ p50Ms, p99Ms }) => [p50Ms, p99Ms]),
    HEIGHT - BOTTOM,
    TOP,
  );
  const line = (name: string, of: (second: Second) => number): string => {
    const points = seconds.map((each) => `${at(x(each.second + 0.5))},${at(y.scale(of(each)))}`);
    return `<polyline class="${name}" points="${points.join(' ')}"/>`;
  };
  const failed = seconds
    .filter((second) => second.failed > 0)
    .map(
      ({ second, failed: count }) =>
        `<circle class="failed" cx="${at(x(second + 0.5))}" cy="${HEIGHT - BOTTOM - 4}" r="4"><title>${count} failed</title></circle>`,
    );
  const ticks = tickSeconds(last).map(
    (second) => `<text x="${at(x(second))}" y="${HEIGHT - 10}" text-anchor="middle">${second} s</text>`,
  );
  return svg('Latency over time', [
    ...grid(y),
    ...ticks,
    ...stripes(marks, last, x),
    line('p99', ({ p99Ms }) => p99Ms),
    line('p50', ({ p50Ms }) => p50Ms),
    ...failed,
    legend(),
  ]);
}

/** How many requests took how long, and where the percentiles are. */
export function histogram(bins: Bins, { p50, p95, p99 }: LatencySummary): string {
  const bounds = bins.map(([lower]) => lower);
  const [low, high] = [Math.max(0.01, Math.min(...bounds)), Math.max(...bounds) * 1.1];
  const x = ratio(low, Math.max(high, low * 2), LEFT, WIDTH - RIGHT);
  const most = Math.max(...bins.map(([, count]) => count));
  const y = ratio(0.7, Math.max(most, 1), HEIGHT - BOTTOM, TOP);
  const bars = bins.map(([lower, count]) => {
    const [from, to] = [x(Math.max(lower, low)), x(Math.max(lower, low) * 1.1)];
    return `<rect class="bar" x="${at(from)}" y="${at(y(count))}" width="${at(Math.max(1, to - from - 1))}" height="${at(HEIGHT - BOTTOM - y(count))}"><title>${lower} ms: ${count}</title></rect>`;
  });
  const marks = Object.entries({ p50, p95, p99 }).map(([name, ms], nth) => {
    const place = at(x(Math.min(Math.max(ms, low), high)));
    return `<line class="percentile" x1="${place}" x2="${place}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${place}" y="${TOP - 8 + nth * 12}" dx="3">${name} ${ms.toFixed(2)}</text>`;
  });
  const ticks = powersOfTen(low, high).map(
    (ms) => `<text x="${at(x(ms))}" y="${HEIGHT - 10}" text-anchor="middle">${ms} ms</text>`,
  );
  const counts = powersOfTen(1, most).map(
    (count) => `<text x="${LEFT - 6}" y="${at(y(count) + 4)}" text-anchor="end">${count}</text>`,
  );
  return svg('Histogram of latencies', [...bars, ...ticks, ...counts, ...marks]);
}

/** A fault lasts until the next mark; the others happen. */
function stripes(marks: readonly Mark[], last: number, x: Scale): readonly string[] {
  return marks.flatMap(({ at: begins, kind, label }, nth) => {
    const from = at(x(begins));
    const until = kind === 'rotation' || kind === 'recovery' ? begins : (marks[nth + 1]?.at ?? last);
    const band =
      until > begins
        ? [
            `<rect class="band ${kind}" x="${from}" y="${TOP}" width="${at(x(until) - x(begins))}" height="${HEIGHT - TOP - BOTTOM}"/>`,
          ]
        : [];
    return [
      ...band,
      `<line class="mark ${kind}" x1="${from}" x2="${from}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`,
      `<text x="${from}" y="${TOP + 10 + (nth % 3) * 12}" dx="3">${escape(label)}</text>`,
    ];
  });
}

function legend(): string {
  return `<g class="legend"><line class="p99" x1="${LEFT}" x2="${LEFT + 18}" y1="9" y2="9"/><text x="${LEFT + 22}" y="13">p99</text><line class="p50" x1="${LEFT + 58}" x2="${LEFT + 76}" y1="9" y2="9"/><text x="${LEFT + 80}" y="13">p50</text></g>`;
}

function grid({
  ticks,
  scale,
}: {
  readonly ticks: readonly number[];
  readonly scale: Scale;
}): readonly string[] {
  return ticks.map(
    (ms) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(scale(ms))}" y2="${at(scale(ms))}"/><text x="${LEFT - 6}" y="${at(scale(ms) + 4)}" text-anchor="end">${ms}</text>`,
  );
}

function logarithmic(
  values: readonly number[],
  from: number,
  to: number,
): { readonly scale: Scale; readonly ticks: readonly number[] } {
  const positive = values.filter((value) => value > 0);
  const low = 10 ** Math.floor(Math.log10(Math.min(...positive, 1)));
  const high = Math.max(10 ** Math.ceil(Math.log10(Math.max(...positive, 1))), low * 10);
  return { scale: ratio(low, high, from, to), ticks: powersOfTen(low, high) };
}

function linear(low: number, high: number, from: number, to: number): Scale {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function ratio(low: number, high: number, from: number, to: number): Scale {
  const scale = linear(Math.log(low), Math.log(high), from, to);
  return (value) => scale(Math.log(Math.max(value, low)));
}

function powersOfTen(low: number, high: number): readonly number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, nth) =>
    Number((10 ** (first + nth)).toPrecision(3)),
  );
}

function tickSeconds(last: number): readonly number[] {
  const step = [1, 2, 5, 10, 30, 60, 120, 300, 600].find((each) => last / each <= 12) ?? 1800;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, nth) => nth * step);
}

function at(value: number): string {
  return (Math.round(value * 10) / 10).toString();
}

function svg(label: string, parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${parts.join('')}</svg>`;
}
