export { DatabaseError } from './database.ts';
export type { Activity, Database } from './database.ts';
export { watchPostgres } from './postgres.ts';
