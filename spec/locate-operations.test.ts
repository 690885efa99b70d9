import { expect, test } from 'vitest';
import { defaultContractPath } from './default-contract-path.ts';
import { loadContract } from './load-contract.ts';
import { locateOperations } from './locate-operations.ts';
import { createScratch } from './testing/scratch.ts';

test('every operation of the contract has a place', async () => {
  const { operations } = await loadContract(defaultContractPath());
  const places = await locateOperations(defaultContractPath());
  expect(operations.filter(({ id }) => !places.has(id))).toEqual([]);
});

test('an operation is found in YAML and in JSON, with and without an id, and where its path is elsewhere', async () => {
  await using scratch = await createScratch();
  const yaml =
    'paths:\n  /a:\n    parameters: []\n    get: {operationId: getA}\n    post: {}\n  /b:\n    $ref: b.yaml\n';
  await scratch.write('openapi.yaml', yaml);
  await scratch.write('openapi.json', '{\n "paths": {"/a": {\n  "get": {"operationId": "getA"}}}}');
  const inYaml = await locateOperations(`${scratch.folder}/openapi.yaml`);
  expect([...inYaml]).toEqual([
    ['getA', { startLine: 4, startColumn: 5, endLine: 4, endColumn: 8 }],
    ['POST /a', { startLine: 5, startColumn: 5, endLine: 5, endColumn: 9 }],
    ['/b', { startLine: 6, startColumn: 3, endLine: 6, endColumn: 5 }],
  ]);
  const inJson = await locateOperations(`${scratch.folder}/openapi.json`);
  expect(inJson.get('getA')).toEqual({ startLine: 3, startColumn: 3, endLine: 3, endColumn: 8 });
});
