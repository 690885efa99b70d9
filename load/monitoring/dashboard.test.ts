import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { haveTool } from '../../spec/testing/tool.ts';
import { send } from '../../verifier/service/testing/raw-http.ts';
import { startTestApi } from '../../verifier/service/testing/api.ts';

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(
  readFileSync(join(import.meta.dirname, 'grafana/dashboards/gateproof.json'), 'utf8'),
) as Dashboard;
const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

const promtool = haveTool(
  'promtool',
  spawnSync('promtool', ['--version']).status === 0,
  'promtool checks the queries of the dashboard; the package prometheus of Debian has it',
);

test('every panel has an id of its own and something to show', () => {
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(dashboard.panels.filter(({ targets }) => targets.length === 0)).toEqual([]);
});

test.runIf(promtool)('Prometheus understands every query', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gateproof-dashboard-'));
  const rules = queries.map((expr, at) => ({
    record: `query:number_${at}`,
    expr: expr.replaceAll('$__rate_interval', '1m'),
  }));
  const file = join(folder, 'queries.yml');
  await writeFile(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
  const { status, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  await rm(folder, { recursive: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('every metric of a query is one that the reference API has', async () => {
  await using api = await startTestApi();
  const { body } = await send(api.url, 'GET', '/metrics');
  const known = new Set([...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const named = queries.flatMap((expr) => expr.match(/\b(?:jw|auth_|http_)[a-z_]+\b/g) ?? []);
  expect(named.length).toBeGreaterThan(queries.length - 1);
  expect(
    named.map((name) => name.replace(/_(?:bucket|count)$/, '')).filter((name) => !known.has(name)),
  ).toEqual([]);
});
