import { findK6, type K6 } from '../find-k6.ts';

/** The k6 to test with; without one, a notice, or an error where GATEPROOF_REQUIRE names k6. */
export async function requiredK6(): Promise<K6 | undefined> {
  try {
    return await findK6(process.env);
  } catch (error) {
    if (process.env['GATEPROOF_REQUIRE']?.split(',').includes('k6') ?? false) throw error;
    process.stderr.write('The load scenarios are not tested: no k6 was found (K6_BIN, PATH).\n');
    return undefined;
  }
}
