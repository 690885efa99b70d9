import packageJson from '../package.json' with { type: 'json' };

/** The version of gateproof that made a report. */
export const version: string = packageJson.version;
