/**
 * Whether the tests that need this tool can run. A user may lack it, and is told what stays untested;
 * where `GATEPROOF_REQUIRE` names it (`docker,k6,…`), as in CI, its absence is an error.
 */
export function haveTool(name: string, there: boolean, without: string): boolean {
  if (there) return true;
  const required = (process.env['GATEPROOF_REQUIRE'] ?? '').split(',').includes(name);
  if (required) throw new Error(`GATEPROOF_REQUIRE names ${name}, which is not there. ${without}`);
  process.stderr.write(`skipped: ${without}\n`);
  return false;
}
