import type { Contract, Operation } from '../../spec/index.ts';
import { exampleOf } from '../example.ts';

/** A member of a drafted configuration: lines of TypeScript, and what is to be known of it. */
interface Part {
  readonly comments: readonly string[];
  readonly lines: readonly string[];
}

/**
 * The text of a configuration for an API, with comments: what the contract leaves open, guessed where a guess can be made
 * and said to be one, else as a `TODO` that `loadConfig` refuses.
 *
 * @param source of the contract, from the folder of the configuration
 */
export function draftConfig(contract: Contract, source: string): string {
  const parts = [
    contractPart(contract, source),
    startPart,
    environmentPart,
    ownerPart(contract),
    operationsPart(contract),
    errorPart(contract),
    usersPart(contract),
    ...restParts,
  ];
  const body = parts
    .map(({ comments, lines }) =>
      [...comments.map((text) => `  // ${text}`), ...lines.map((line) => `  ${line}`)].join('\n'),
    )
    .join('\n\n');
  return `import type { Config } from 'gateproof';\n\n// An option of "gateproof test" or "gateproof load" holds over what stands here.\nexport default {\n${body}\n} satisfies Config;\n`;
}

function contractPart({ title, operations }: Contract, source: string): Part {
  const guarded = operations.filter(isGuarded);
  return {
    comments: [
      `${oneLine(title)}: ${guarded.length} operations take a token, ${operations.length - guarded.length} are open.`,
      ...guarded.map(({ id, method, path }) => `  ${oneLine(id)}  ${method} ${path}`),
    ],
    lines: [`contract: ${quoted(source)},`],
  };
}

const startPart: Part = {
  comments: ['Runs in a shell, in the folder of this file. Must listen on $HOST and $PORT.'],
  lines: [`start: 'TODO: the command that starts your backend, such as "npm start"',`],
};

const environmentPart: Part = {
  comments: [
    'How your backend calls the settings of its token gate: your names on the left, ours on the right.',
    'Others: $leeway, $cacheTtl, $cooldown, $maxStale, $corsOrigin. Plain values, such as DATABASE_URL, are handed over as they are.',
  ],
  lines: [
    'env: {',
    `  'TODO: its name for the issuer': '$issuer',`,
    `  'TODO: its name for the address of the key set; leave it out where it discovers that': '$jwksUrl',`,
    `  'TODO: its name for the audience': '$audience',`,
    '},',
  ],
};

/** Names under which a path names whose a resource is, and the claim that most often says the same of a caller. */
const OWNERS: readonly (readonly [RegExp, string])[] = [
  [/^(user|owner|account|customer|member|profile|author|sub(ject)?)([_-]?(id|name|uuid))?$/i, 'sub'],
  [/^(username|uid)$/i, 'sub'],
  [/^org(anisation|anization)?([_-]?(id|slug|name))?$/i, 'org_id'],
  [/^(tenant|workspace|company)([_-]?(id|slug|name))?$/i, 'tenant_id'],
];

/** The path parameters that no operation has an owner rule for, and that look like an owner. */
export function guessOwners({ operations }: Contract): Readonly<Record<string, string>> {
  const open = operations.filter((operation) => isGuarded(operation) && operation.owner === undefined);
  return Object.fromEntries(
    open.flatMap(({ parameters, path }) => {
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      // Of several the first in the path: what comes later is inside it.
      const sorted = [...inPath].sort((a, b) => path.indexOf(`{${a.name}}`) - path.indexOf(`{${b.name}}`));
      return sorted
        .flatMap(({ name }) =>
          OWNERS.filter(([pattern]) => pattern.test(name)).map(([, claim]) => [name, claim] as const),
        )
        .slice(0, 1);
    }),
  );
}

function ownerPart(contract: Contract): Part {
  const said = contract.operations.flatMap(({ owner }) => owner ?? []);
  const guessed = Object.entries(guessOwners(contract));
  if (said.length > 0 && guessed.length === 0) {
    const rules = [...new Set(said.map(({ parameter, claim }) => `{${parameter}} is ${claim}`))];
    return {
      comments: [`Whose a resource is stands in the document (x-owner-claim): ${rules.join(', ')}.`],
      lines: [],
    };
  }
  if (guessed.length === 0) {
    return {
      comments: [
        'No path parameter looks like the owner of a resource. Where one is, say which claim it must equal;',
        "without it, nobody tries whether one user sees what is another's.",
        `owner: { user_id: 'sub' },`,
      ],
      lines: [],
    };
  }
  return {
    comments: [
      'A GUESS, by the names: these path parameters name the owner, and must equal this claim of the token.',
    ],
    lines: ['owner: {', ...guessed.map(([name, claim]) => `  ${memberName(name)}: ${quoted(claim)},`), '},'],
  };
}

function operationsPart(contract: Contract): Part {
  const owners = guessOwners(contract);
  const entries = contract.operations.filter(isGuarded).flatMap((operation) => {
    const lines = operationLines(operation, owners);
    return lines.length === 0
      ? []
      : [`  ${memberName(operation.id)}: {`, ...lines.map((line) => `    ${line}`), '  },'];
  });
  if (entries.length === 0) {
    return { comments: ['The document has an example for everything that a request needs.'], lines: [] };
  }
  return {
    comments: [
      'What the document has no example for. These values were MADE UP from the schemas: a good token must get a success with them.',
      'An id inside a resource that the suite creates itself is replaced by that of the new one.',
    ],
    lines: ['operations: {', ...entries, '},'],
  };
}

function operationLines(operation: Operation, owners: Readonly<Record<string, string>>): readonly string[] {
  const needed = operation.parameters.filter(
    ({ name, in: place, required, example }) =>
      example === undefined &&
      (place === 'path' || (place === 'query' && required)) &&
      name !== operation.owner?.parameter &&
      !(name in owners),
  );
  const { requestBody: body } = operation;
  const values = needed.map(
    ({ name, schema }) => `${memberName(name)}: ${quoted(String(exampleOf(schema)))}`,
  );
  return [
    ...(values.length > 0 ? [`parameters: { ${values.join(', ')} },`] : []),
    ...(body && body.example === undefined ? [`body: ${JSON.stringify(exampleOf(body.schema))},`] : []),
  ];
}

function errorPart({ operations }: Contract): Part {
  const silent = operations.filter(
    (operation) =>
      isGuarded(operation) && Object.keys(operation.responses['401']?.content ?? {}).length === 0,
  );
  if (silent.length === 0)
    return { comments: ['Errors are judged by the schemas of the document.'], lines: [] };
  return {
    comments: [
      `${silent.length} operations declare no body for 401. Without a schema only their status and headers are judged. Such as:`,
      `error: { contentType: 'application/problem+json', schema: { type: 'object', required: ['title', 'status'] } },`,
    ],
    lines: [],
  };
}

function usersPart(contract: Contract): Part {
  const claims = [
    ...contract.operations.flatMap(({ owner }) => owner?.claim ?? []),
    ...Object.values(guessOwners(contract)),
  ].filter((claim) => claim !== 'sub');
  const of = (role: string): string =>
    [...new Set(claims)].map((claim) => `${memberName(claim)}: ${quoted(`${claim}-${role}`)}`).join(', ');
  return {
    comments: [
      'Two users who share nothing. A backend that must know its users has to know these, or name two that it knows;',
      'what it needs beside sub (roles, scope) goes into their claims.',
    ],
    lines: [
      'users: {',
      `  owner: { sub: 'user-123', claims: {${claims.length > 0 ? ` ${of('owner')} ` : ''}} },`,
      `  other: { sub: 'user-456', claims: {${claims.length > 0 ? ` ${of('other')} ` : ''}} },`,
      '},',
    ],
  };
}

const restParts: readonly Part[] = [
  {
    comments: [
      'Run once, before any backend starts and after the last has stopped. A function may give environment and parameters.',
      `setup: 'docker compose up --detach --wait database',`,
      `teardown: 'docker compose down',`,
    ],
    lines: [],
  },
  {
    comments: [
      "Where backends may differ. Another user's resource is answered 403, or 404 where the document declares no 403.",
      'settings: { crossUserStatus: 404, malformedCredentialsStatus: 400, leeway: 0, publicPaths: [] },',
    ],
    lines: [],
  },
  {
    comments: [
      'For "gateproof load", which reads the rest of this file too.',
      "load: { scenarios: ['smoke', 'steady'], rate: 100, duration: 20, thresholds: { 'verification-p99': 5, drift: 'off' } },",
    ],
    lines: [],
  },
  {
    comments: ['What is left out, and why.', `skip: { 'auth-h2-parity': 'HTTP/2 ends at the proxy' },`],
    lines: [],
  },
];

function isGuarded({ security }: Operation): boolean {
  return security.length > 0;
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** What a document says must not end the comment it is put into. */
function oneLine(text: string): string {
  return text.replace(/[\s\u2028\u2029]+/g, ' ');
}
