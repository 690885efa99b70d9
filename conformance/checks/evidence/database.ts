import type { Database } from '../../database/index.ts';
import { fail, notApplicable, NotTestable, pass } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { isSuccess, sendControl } from '../probes.ts';
import { beyond, ENOUGH, type Rise, riseDuring, ROUNDS } from './activity.ts';
import { refusedRequests } from './refused-requests.ts';

const AT_ONCE = 8;
const MOST_QUIET = 4;
const NO_DATABASE = 'no database was named; --database <url> lets the suite see what requests lead to there';
/** Paths under which an API says who the caller is. */
const IDENTITY = /\/(me|whoami|userinfo)$/i;

/** What the database shows, where the user has named it. */
export const databaseChecks: readonly Check[] = [
  {
    id: 'db-refused-untouched',
    runs: 'alone',
    run: async (lab) => {
      const { database } = lab;
      if (database === undefined) return notApplicable(NO_DATABASE);
      const quiet = await quietRise(database);
      const samples = await refusedRequests(lab, 0);
      const labels = [...new Set(samples.map(({ label }) => label))];
      const expected = 'no statement and no changed row for a refused request';
      const held = pass(
        expected,
        `none in ${ROUNDS * samples.length} requests, refused for ${labels.length} reasons`,
      );
      if (!shows(beyond(await refusedRise(lab, database, labels), quiet))) {
        return unlessBlind(lab, database, quiet, held);
      }
      for (const label of labels) {
        const rise = await steadyRise(
          async () => beyond(await refusedRise(lab, database, [label]), quiet),
          2,
        );
        const requests = ROUNDS * samples.filter((sample) => sample.label === label).length;
        if (shows(rise)) return fail(expected, `${label}: ${described(rise, requests)}`);
      }
      return unlessBlind(lab, database, quiet, held);
    },
  },
  {
    id: 'db-identity-untouched',
    runs: 'alone',
    run: async (lab) => {
      const { database } = lab;
      const { primary } = lab.operations;
      if (database === undefined) return notApplicable(NO_DATABASE);
      if (!IDENTITY.test(primary.operation.path)) {
        return notApplicable('the contract has no operation that says who the caller is, such as GET /me');
      }
      const quiet = await quietRise(database);
      const expected = 'no statement for the identity that the token holds';
      let exchange: Exchange | undefined;
      const measure = async (): Promise<Rise> =>
        beyond(
          await riseDuring(database, async () => {
            exchange = await sendControl(lab, primary);
          }),
          quiet,
        );
      const rise = await steadyRise(measure, 3);
      if (shows(rise)) return fail(expected, described(rise, ROUNDS), exchange);
      return unlessBlind(lab, database, quiet, pass(expected, `none in ${ROUNDS} requests`, exchange));
    },
  },
];

/**
 * What rises by itself. What came before may be told only now, so several windows are given a chance.
 * @throws NotTestable where so much rises in each that no request stands out
 */
async function quietRise(database: Database): Promise<Rise> {
  let quiet = await riseDuring(database, () => Promise.resolve());
  for (let again = 1; again < MOST_QUIET && !isCalm(quiet); again += 1) {
    quiet = await riseDuring(database, () => Promise.resolve());
  }
  if (isCalm(quiet)) return quiet;
  throw new NotTestable(
    `without any request the database ended ${quiet.transactions} transactions and wrote ${quiet.writes} rows within seconds; give the backend a database of its own`,
  );
}

/**
 * The rise of so many windows in a row, or of the first that shows nothing. A connection that rests tells only within ten
 * seconds what it did before (PostgreSQL 15 and later), which is longer than a window: what other checks did may rise in
 * two windows, and does not in the third.
 */
async function steadyRise(measure: () => Promise<Rise>, windows: number): Promise<Rise> {
  let rise = await measure();
  for (let again = 1; again < windows && shows(rise); again += 1) rise = await measure();
  return rise;
}

/**
 * The finding that nothing was seen, worth something only where something could be seen. Comes last, since what good
 * requests do may be told late.
 * @throws NotTestable where good requests leave no trace
 */
async function unlessBlind(lab: Lab, database: Database, quiet: Rise, finding: Finding): Promise<Finding> {
  const busy = beyond(await riseDuring(database, () => sendGood(lab)), quiet);
  if (shows(busy)) return finding;
  throw new NotTestable(
    `${2 * ROUNDS} good requests left no trace in this database: it is not the one of the backend, or its server does not count (track_counts)`,
  );
}

/** Requests that a backend with this database uses it for: of an owner's resources, where there are some. */
async function sendGood(lab: Lab): Promise<void> {
  const { all, ownedCreate, ownedRead, primary } = lab.operations;
  const others = all.filter(({ operation }) => operation.method === 'GET' && operation !== primary.operation);
  const [first = primary, second = first] = ownedCreate && ownedRead ? [ownedCreate, ownedRead] : others;
  for (const sample of [first, second]) {
    const token = await goodToken(lab.idp, lab.users.owner);
    const exchange = await lab.target.send(
      lab.request(sample, { as: lab.users.owner, token, label: 'good token' }),
    );
    if (!isSuccess(exchange)) {
      throw new NotTestable(`${sample.operation.method} ${sample.operation.path} refuses a good token`);
    }
  }
}

/** @throws NotTestable where one is not refused, since that is judged elsewhere */
function refusedRise(lab: Lab, database: Database, labels: readonly string[]): Promise<Rise> {
  return riseDuring(database, async (round) => {
    const requests = (await refusedRequests(lab, round)).filter(({ label }) => labels.includes(label));
    await inParallel(requests, AT_ONCE, async ({ label, request }) => {
      const exchange = await lab.target.send(request);
      if (isSuccess(exchange)) throw new NotTestable(`a request is accepted that is to be refused: ${label}`);
    });
  });
}

/** Such as beside a health check four times a second, as testcontainers has it. */
function isCalm({ transactions, writes }: Rise): boolean {
  return transactions <= ENOUGH && writes <= ENOUGH;
}

function shows({ transactions, writes }: Rise): boolean {
  return transactions >= ENOUGH || writes >= ENOUGH;
}

/** Figures as they were told, so they are about; the same finding twice may differ in them. */
function described({ transactions, writes, tables, statements }: Rise, requests: number): string {
  return [
    `about ${Math.max(0, transactions)} transactions in ${requests} requests`,
    ...(writes >= ENOUGH ? [`rows changed in ${tables.slice(0, 3).join(', ')}`] : []),
    ...(statements[0] === undefined ? [] : [`such as ${statements[0].slice(0, 160)}`]),
  ].join('; ');
}
