import { fail, NotTestable, pass } from '../../finding.ts';
import type { Check, Finding } from '../../model.ts';
import { describeGate } from '../index.ts';
import { CARELESS_BACKEND } from './careless-backend.ts';

const check = (id: string, finding: () => Finding): Check => ({
  id,
  runs: 'beside',
  run: () => Promise.resolve().then(finding),
});
const untested = (): never => {
  throw new NotTestable('there is no way to see it');
};

// Every outcome there is, whatever the backend does.
describeGate({
  backend: { start: CARELESS_BACKEND },
  checks: [
    check('jws-control', () => pass('accepted', 'so it was')),
    check('alg-none', () => fail('refused', 'answered 200')),
    check('exp-within-leeway', () => fail('accepted', 'answered 401')),
    check('exp-past', untested),
    check('sub-long', untested),
    check('write-noauth', () => ({
      outcome: 'not-applicable',
      expected: '',
      observed: 'there are no writes',
    })),
  ],
  invariants: [],
});
