export * from './failure.js';
export * from './service.js';
export * from './soundness.js';
export * from './task-body.js';
export * from './tasks.js';
