export { type BugName, mutants } from './bugs.ts';
export { judge, type Judgement, runOnMutant, type Scope } from './judge.ts';
