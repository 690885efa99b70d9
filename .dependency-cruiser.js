const areas = '(spec|mock-idp|verifier|conformance|load|cli)';

/** The import rules of ARCHITECTURE.md, "Who may import whom". */
export default {
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|conformance/implementations)/' },
  },
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'spec-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^spec/', pathNot: '\\.test\\.ts$' },
      to: { path: `^${areas}/`, pathNot: '^spec/' },
    },
    {
      name: 'the-one-that-signs-and-the-one-that-checks-share-no-code',
      severity: 'error',
      from: { path: '^(mock-idp|verifier)/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: `^${areas}/`, pathNot: '^($1|spec)/' },
    },
    {
      name: 'a-suite-never-judges-with-the-code-under-test',
      severity: 'error',
      from: { path: '^conformance/', pathNot: ['^conformance/mutants/', '\\.test\\.ts$'] },
      to: { path: '^(verifier|load)/' },
    },
    {
      name: 'only-tests-and-the-cli-reach-the-mutants',
      severity: 'error',
      from: { path: '^conformance/', pathNot: ['^conformance/mutants/', '\\.test\\.ts$'] },
      to: { path: '^conformance/mutants/' },
    },
    {
      name: 'nothing-imports-the-cli',
      severity: 'error',
      from: { pathNot: '^cli/' },
      to: { path: '^cli/' },
    },
    {
      name: 'k6-scripts-import-k6-and-each-other',
      severity: 'error',
      from: { path: '^load/k6/' },
      to: { pathNot: ['^load/k6/', '^node_modules/@types/k6/'] },
    },
    {
      name: 'a-folder-is-entered-by-its-index',
      severity: 'error',
      from: { path: `^${areas}/`, pathNot: '\\.test\\.ts$' },
      to: {
        path: `^${areas}/`,
        pathNot: [
          '^$1/',
          `^${areas}/index\\.ts$`,
          '^verifier/service/index\\.ts$',
          '^conformance/(mutants|doctor|scoreboard)/index\\.ts$',
        ],
      },
    },
  ],
};
