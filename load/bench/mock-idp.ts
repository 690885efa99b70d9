import { startMockIdp } from '../../mock-idp/index.ts';
import { load } from './closed-model.ts';
import { IDPS, startIdp, TOKEN_FORM } from './idp-servers.ts';
import type { IdpProgram, RunningIdp } from './idp-servers.ts';
import { benchOptions, print, printTable, writeFigures } from './report.ts';
import { median } from './rounds.ts';
import { batchRate, batchRateOverHttp, opensslRate, rawSigningRate } from './signing.ts';

/** `npm run bench:idp`: the mock identity provider beside oauth2-mock-server, and its batches beside bare signing. */

const MINTING = { connections: 8, seconds: 1 };
const BATCH = 3000;
const RAW_MS = 1000;

interface Contestant {
  readonly program: IdpProgram;
  readonly startMs: number[];
  readonly startCpuMs: number[];
  readonly tokensPerSecond: number[];
  readonly cpuMicrosPerToken: number[];
}

const { json, rounds } = benchOptions(7);
const contestants = IDPS.map((program): Contestant => ({
  program,
  ...{ startMs: [], startCpuMs: [], tokensPerSecond: [], cpuMicrosPerToken: [] },
}));
const rates = { batch: [] as number[], ndjson: [] as number[], raw: [] as number[] };
const idp = await startMockIdp();
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) await takeTurn(contestant);
    rates.raw.push(await rawSigningRate(RAW_MS));
    rates.batch.push(await batchRate(idp, BATCH));
    rates.ndjson.push(await batchRateOverHttp(idp.url, BATCH));
  }
} finally {
  await idp.close();
}
const openssl = await opensslRate(2);

const servers = contestants.map(({ program, ...series }) => ({
  name: program.name,
  startMs: median(series.startMs),
  startCpuMs: median(series.startCpuMs),
  tokensPerSecond: median(series.tokensPerSecond),
  cpuMicrosPerToken: median(series.cpuMicrosPerToken),
}));
const signing = [
  { name: 'crypto.sign in worker threads', perSecond: median(rates.raw) },
  { name: 'batch', perSecond: median(rates.batch) },
  { name: 'batch as NDJSON over HTTP', perSecond: median(rates.ndjson) },
  ...(openssl === undefined ? [] : [{ name: 'openssl speed', perSecond: openssl }]),
];
print(`Node ${process.version}; RS256, 2048 bits; medians of ${rounds} rounds`);
printTable([
  ['', 'start to first token ms', 'of it processor ms', 'tokens/s over HTTP', 'processor µs per token'],
  ...servers.map((each) => [
    each.name,
    ...[each.startMs, each.startCpuMs, each.tokensPerSecond, each.cpuMicrosPerToken].map((n) => n.toFixed(0)),
  ]),
]);
print('');
printTable([
  ['', 'signatures/s', 'crypto.sign = 1'],
  ...signing.map(({ name, perSecond }) => [
    name,
    perSecond.toFixed(0),
    (perSecond / median(rates.raw)).toFixed(2),
  ]),
]);
await writeFigures(json, { bench: 'mock-idp', rounds, servers, signing });

async function takeTurn({ program, ...series }: Contestant): Promise<void> {
  const server = await startIdp(program);
  try {
    series.startMs.push(server.startMs);
    series.startCpuMs.push(await server.cpuMs());
    await mintingLoad(program, server);
    const before = await server.cpuMs();
    const { requests, requestsPerSecond } = await mintingLoad(program, server);
    series.tokensPerSecond.push(requestsPerSecond);
    series.cpuMicrosPerToken.push((((await server.cpuMs()) - before) / requests) * 1000);
  } finally {
    await server.close();
  }
}

function mintingLoad({ tokenPath }: IdpProgram, { url }: RunningIdp): ReturnType<typeof load> {
  const request = [
    `POST ${tokenPath} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${TOKEN_FORM.length}`,
    '',
    TOKEN_FORM,
  ].join('\r\n');
  return load(url, () => request, MINTING);
}
