import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { commandLauncher } from '../../conformance/index.ts';
import { connectMockIdp } from '../../mock-idp/index.ts';
import { openReplicas } from '../issuer-replicas.ts';

interface StatefulSet {
  readonly spec: {
    readonly serviceName: string;
    readonly replicas: number;
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: { readonly containers: readonly [Container] };
    };
  };
}

interface Container {
  readonly args: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
}

interface Service {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly clusterIP?: string; readonly selector: object };
}

const text = await readFile(new URL('idp.yaml', import.meta.url), 'utf8');
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const [common, each, set] = parseAllDocuments(text).map((document) => document.toJS() as unknown) as [
  Service,
  Service,
  StatefulSet,
];
const { serviceName, replicas, selector, template } = set.spec;
const [{ args, env }] = template.spec.containers;

test('both services lead to its pods, one of them to each by name', () => {
  expect(common.spec.selector).toEqual(template.metadata.labels);
  expect(each.spec).toMatchObject({ clusterIP: 'None', selector: template.metadata.labels });
  expect(selector.matchLabels).toEqual(template.metadata.labels);
  expect(each.metadata.name).toBe(serviceName);
  expect(args.join(' ')).toContain(`--public-url http://${common.metadata.name}.`);
});

test('the README makes the secret that it reads, and names each pod', () => {
  const [, name = '', made = ''] = /create secret generic (\S+) (.*)/.exec(readme) ?? [];
  const keys = [...made.matchAll(/--from-\w+=([\w-]+)=/g)].map(([, key]) => key);
  const wanted = env.map(({ valueFrom: { secretKeyRef } }) => secretKeyRef);
  expect(wanted).toEqual(keys.map((key) => ({ name, key })));
  const pods = [...readme.matchAll(new RegExp(`--idp (http://idp-\\d\\.${serviceName}:4000)`, 'g'))];
  expect(pods).toHaveLength(replicas);
});

test('what it runs are replicas of each other, which nobody commands without the token', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwks = JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] });
  const secret: Readonly<Record<string, string>> = { keys: jwks, 'control-token': 'of-this-test' };
  const environment = Object.fromEntries(
    env.map(({ name, valueFrom }) => [name, secret[valueFrom.secretKeyRef.key] ?? '']),
  );
  const local = args.map((arg) => (arg === '0.0.0.0' ? '127.0.0.1' : arg)).join(' ');
  const start = commandLauncher(`exec "${process.execPath}" bin/gateproof.js ${local}`);
  const pods = await Promise.all([start(environment), start(environment)]);
  try {
    const connect = async (url: string) => connectMockIdp(url, { controlToken: 'of-this-test' });
    const idps = await Promise.all(
      pods.map(({ url }) => vi.waitFor(() => connect(url), { timeout: 20_000, interval: 100 })),
    );
    const [first] = await openReplicas(idps);
    expect(first.issuer.issuer).toBe('http://idp.default.svc.cluster.local:4000');
    await expect(connectMockIdp(first.url)).rejects.toThrow('control token');
  } finally {
    await Promise.all(pods.map((pod) => pod[Symbol.asyncDispose]()));
  }
});
