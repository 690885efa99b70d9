#!/usr/bin/env node
// Runs on any Node so that an old one gets a sentence instead of a syntax error.
import { existsSync } from 'node:fs';
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  console.error(
    `gateproof needs Node 22.22 or newer; this is ${process.versions.node}. Update Node, or run it through npx in a project that has the package "node" as a dependency.`,
  );
  process.exit(2);
}
// A CI job starts it over and over: what was compiled once is not compiled again.
module.enableCompileCache();
// A checkout runs from its sources, the installed package from its build.
const sources = new URL('../cli/main.ts', import.meta.url);
await import(existsSync(sources) ? sources.href : new URL('../dist/cli/main.js', import.meta.url).href);
