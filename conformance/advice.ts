/** What a sentence about a backend that could not be reached should end with. */
interface Advice {
  readonly when: RegExp;
  readonly then: string;
}

const ABOUT_START: readonly Advice[] = [
  {
    when: /exit code 12[67]\b/,
    then: 'The shell cannot run the command: try it by hand in the same folder, with its path in full',
  },
  {
    when: /\b(?:54(?:32|33)|3306|27017|6379|1433)\b|postgres|mysql|mariadb|mongo|redis|database|sqlalchemy|hikari|\bjdbc\b/i,
    then: 'It seems to miss its database: start that first ("setup" in a gateproof.config does so), and hand over its address (DATABASE_URL in the environment of gateproof, or "env" in the configuration)',
  },
  {
    when: /EADDRINUSE|address already in use/i,
    then: 'It must listen on the port in $PORT, which is another one each time',
  },
  {
    when: /ended with exit code/,
    then: 'Start it by hand with the settings of the README; where it has other names for them, "gateproof init" writes a configuration whose "env" maps them',
  },
  {
    when: /nobody listens/,
    then: "It must listen on the host in $HOST and the port in $PORT, such as --start 'uvicorn main:app --port $PORT'; one that needs longer gets it with --start-timeout",
  },
];

/** What to do about a backend that the suite could not start. */
export function adviceOnStart(reason: string): string {
  const advice = ABOUT_START.find(({ when }) => when.test(reason));
  return advice === undefined ? reason : `${reason}. ${advice.then}`;
}

/** What to do about a backend at a URL where nobody answers. */
export function adviceOnSilence(reason: string): string {
  return `${reason}. Start the backend there, or correct the URL; or let gateproof start it, with --start "<command>"`;
}
