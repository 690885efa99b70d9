export type {
  Contract,
  HttpMethod,
  JsonSchema,
  Operation,
  Parameter,
  ResponseContract,
  SecurityRequirement,
} from './contract.ts';
export { AREAS } from './requirement.ts';
export type { Area, ExcludedRequirement, Level, Requirement } from './requirement.ts';
