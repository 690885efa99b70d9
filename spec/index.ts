export type {
  Contract,
  HttpMethod,
  JsonSchema,
  Operation,
  Parameter,
  ResponseContract,
  SecurityRequirement,
} from './contract.ts';
export { defaultContractPath } from './default-contract-path.ts';
export { ContractError } from './errors.ts';
export type { ContractErrorCode } from './errors.ts';
export { loadContract } from './load-contract.ts';
export { loadRequirements } from './load-requirements.ts';
export type { Requirements } from './load-requirements.ts';
export { locateOperations } from './locate-operations.ts';
export type { Region } from './locate-operations.ts';
export {
  freezeRequirements,
  loadRequirementSet,
  requirementSetFolder,
  requirementSetVersions,
} from './load-requirement-set.ts';
export type { RequirementSet } from './load-requirement-set.ts';
export { AREAS } from './requirement.ts';
export type { Area, ExcludedRequirement, Level, Requirement } from './requirement.ts';
export type { components, operations, paths } from './types.gen.ts';
