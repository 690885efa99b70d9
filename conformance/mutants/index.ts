export { type BugName, mutants } from './bugs.ts';
export { mutantLauncher } from './launcher.ts';
