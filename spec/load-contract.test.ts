import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createScratch, smallContract } from './testing/scratch.ts';
import { defaultContractPath } from './default-contract-path.ts';
import { loadContract } from './load-contract.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

describe('loadContract', () => {
  it('says what it read: title, version, source and the hash of the bytes', async () => {
    const path = fixture('detail-bodies.yaml');
    const { title, version, source, sha256 } = await loadContract(path);
    expect({ title, version, source }).toEqual({ title: 'Notes', version: '2.4.0', source: path });
    expect(sha256).toBe(
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  });

  it('reads the same from a path, a file URL and its text', async () => {
    const path = defaultContractPath();
    const url = pathToFileURL(path);
    const [fromPath, fromUrl, fromText] = await Promise.all([path, url, url.href].map(loadContract));
    expect(fromUrl).toEqual({ ...fromPath, source: url.href });
    expect(fromText).toEqual(fromUrl);
  });

  it('keeps the order of the document and names an operation without an id by method and path', async () => {
    const { operations } = await loadContract(fixture('problem-details.json'));
    expect(operations.map(({ id }) => id)).toEqual([
      'GET /public',
      'GET /optional',
      'GET /both',
      'GET /either',
      'listInvoices',
    ]);
  });

  it('merges the parameters of a path, those of the operation first, and drops what the security scheme speaks for', async () => {
    const { operations } = await loadContract(fixture('detail-bodies.yaml'));
    expect(operations[1]?.parameters).toEqual([
      {
        name: 'owner',
        in: 'path',
        required: true,
        schema: { type: 'string', enum: ['of-the-operation', 'other'] },
        example: 'of-the-operation',
      },
      {
        name: 'verbose',
        in: 'query',
        required: false,
        schema: { type: 'boolean', default: false },
        example: false,
      },
    ]);
  });

  it('takes the owner claim from the path parameter, whatever the claim is called', async () => {
    const { operations } = await loadContract(fixture('problem-details.json'));
    expect(operations.at(-1)?.owner).toEqual({ parameter: 'tenant', claim: 'tenant_id' });
    expect(operations.at(-1)?.parameters[0]?.example).toBe('acme');
  });

  it('prefers a JSON body to any other', async () => {
    const { operations } = await loadContract(fixture('detail-bodies.yaml'));
    expect(operations[1]?.requestBody?.contentType).toBe('application/json');
  });

  it('keeps answers of every sort: exact, by class, default, problem details, and without a body', async () => {
    const [notes, invoices] = await Promise.all(
      ['detail-bodies.yaml', 'problem-details.json'].map((name) => loadContract(fixture(name))),
    );
    const post = notes?.operations[1]?.responses ?? {};
    expect(Object.keys(post)).toEqual(['201', '401', 'default']);
    expect(post['default']).toEqual({ description: 'Anything else', content: {}, headers: {} });
    expect(post['401']?.headers).toEqual({
      'www-authenticate': { required: true, schema: { type: 'string' } },
    });
    const list = invoices?.operations.at(-1)?.responses ?? {};
    expect(Object.keys(list)).toEqual(['200', '401', '4XX']);
    expect(Object.keys(list['4XX']?.content ?? {})).toEqual(['application/problem+json']);
  });

  it('follows references into other files, relative to the one that holds them', async () => {
    const { operations } = await loadContract(fixture('split/openapi.yaml'));
    expect(operations.map(({ id, security }) => [id, security])).toEqual([
      ['listFolders', [{ scheme: 'bearer', scopes: [] }]],
    ]);
  });

  it.each(['3.0.0', '3.0.4', '3.1.0', '3.1.9'])('reads OpenAPI %s', async (openapi) => {
    await using scratch = await createScratch();
    const contract = await loadContract(await scratch.write('api.yaml', smallContract({ openapi })));
    expect(contract.operations).toHaveLength(1);
  });

  it('understands the merge keys that many documents use', async () => {
    await using scratch = await createScratch();
    const text = `x-model: &model { responses: { 200: { description: Fine } } }
openapi: 3.1.0
info: { title: Merged, version: '1' }
security: [{ bearer: [] }]
components: { securitySchemes: { bearer: { type: http, scheme: bearer } } }
paths: { /a: { get: { <<: *model, operationId: a } }, /b: { get: { <<: *model, operationId: b } } }
`;
    const { operations } = await loadContract(await scratch.write('api.yaml', text));
    expect(operations.map(({ id, responses }) => [id, Object.keys(responses)])).toEqual([
      ['a', ['200']],
      ['b', ['200']],
    ]);
  });

  it('leaves the $ref of an example alone: it is data', async () => {
    await using scratch = await createScratch();
    const example = { $ref: '#/not/a/reference' };
    const content = { 'application/json': { schema: { type: 'object' }, example } };
    const paths = { '/me': { get: { responses: { 200: { description: 'A schema', content } } } } };
    const { operations } = await loadContract(await scratch.write('api.yaml', smallContract({ paths })));
    expect(operations[0]?.responses['200']?.content['application/json']?.example).toEqual(example);
  });
});
