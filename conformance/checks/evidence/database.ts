import type { Requirement } from '../../../spec/index.ts';
import { fail, notApplicable, NotTestable, pass } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { isSuccess, sendControl } from '../probes.ts';
import { ENOUGH, type Rise, ROUNDS } from './activity.ts';
import { DatabaseWatch, ROWS, STATEMENTS, type Trace } from './database-watch.ts';
import { refusedRequests } from './refused-requests.ts';

const AT_ONCE = 8;
const NO_DATABASE = 'no database was named; --database <url> lets the suite see what requests lead to there';
/** Paths under which an API says who the caller is. */
const IDENTITY = /\/(me|whoami|userinfo)$/i;

/** What the database shows, where the user has named it. */
export const databaseChecks: readonly Check[] = [
  refusedCheck('db-refused-no-statement', STATEMENTS),
  refusedCheck('db-refused-no-write', ROWS),
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
      const watch = new DatabaseWatch(database, STATEMENTS);
      const expected = 'no statement for the identity that the token holds';
      let exchange: Exchange | undefined;
      const rise = await watch.rise(3, async () => {
        exchange = await sendControl(lab, primary);
      });
      if (STATEMENTS.shows(rise)) return fail(expected, statementsOf(rise, ROUNDS), exchange);
      return unlessBlind(lab, watch, pass(expected, `none in ${ROUNDS} requests`, exchange));
    },
  },
];

/** Reading is a cost that anybody can cause, writing a heap that anybody can grow: a backend may do one without the other. */
function refusedCheck(id: Requirement['id'], trace: Trace): Check {
  return {
    id,
    runs: 'alone',
    run: async (lab) => {
      if (lab.database === undefined) return notApplicable(NO_DATABASE);
      const watch = new DatabaseWatch(lab.database, trace);
      const samples = await refusedRequests(lab, 0);
      const labels = [...new Set(samples.map(({ label }) => label))];
      const expected = `${trace.none} for a refused request`;
      if (trace.shows(await watch.rise(2, sendRefused(lab, labels)))) {
        for (const label of labels) {
          const rise = await watch.rise(2, sendRefused(lab, [label]));
          const requests = ROUNDS * samples.filter((sample) => sample.label === label).length;
          const described = trace === ROWS ? rowsOf : statementsOf;
          if (trace.shows(rise)) return fail(expected, `${label}: ${described(rise, requests)}`);
        }
      }
      const requests = ROUNDS * samples.length;
      const held = `none in ${requests} requests, refused for ${labels.length} reasons`;
      return unlessBlind(lab, watch, pass(expected, held));
    },
  };
}

/**
 * The finding that nothing was seen, worth something only where something could be seen. Comes last, since what good
 * requests do may be told late.
 * @throws NotTestable where good requests leave no trace
 */
async function unlessBlind(lab: Lab, watch: DatabaseWatch, finding: Finding): Promise<Finding> {
  const busy = await watch.rise(1, () => sendGood(lab));
  // Where nothing can be created, good requests have no reason to change a row.
  const trace = lab.operations.ownedCreate ? watch.trace : STATEMENTS;
  if (trace.shows(busy)) return finding;
  throw new NotTestable(
    `${2 * ROUNDS} good requests led to ${trace.none} in this database: it is not the one of the backend, or its server does not count (track_counts)`,
  );
}

/** Requests that a backend with this database uses it for: of an owner's resources, where there are some. */
async function sendGood(lab: Lab): Promise<void> {
  const { all, ownedCreate, ownedRead, primary } = lab.operations;
  const owned = [ownedCreate, ownedRead].filter((sample) => sample !== undefined);
  const others = all.filter(({ operation }) => operation.method === 'GET' && operation !== primary.operation);
  const [first = primary, second = first] = ownedCreate ? owned : others;
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
function sendRefused(lab: Lab, labels: readonly string[]): (round: number) => Promise<void> {
  return async (round) => {
    const requests = (await refusedRequests(lab, round)).filter(({ label }) => labels.includes(label));
    await inParallel(requests, AT_ONCE, async ({ label, request }) => {
      const exchange = await lab.target.send(request);
      if (isSuccess(exchange)) throw new NotTestable(`a request is accepted that is to be refused: ${label}`);
    });
  };
}

/** Figures as they were told, so they are about; the same finding twice may differ in them. */
function statementsOf(rise: Rise, requests: number): string {
  const { transactions, writes, statements } = rise;
  return [
    `about ${Math.max(0, transactions)} transactions in ${requests} requests`,
    ...(writes >= ENOUGH ? [rowsOf(rise, requests)] : []),
    ...(statements[0] === undefined ? [] : [`such as ${statements[0].slice(0, 160)}`]),
  ].join('; ');
}

function rowsOf({ writes, tables }: Rise, requests: number): string {
  return `about ${writes} rows changed in ${requests} requests, in ${tables.slice(0, 3).join(', ')}`;
}
