import { describeGate } from '../index.ts';
import { CARELESS_BACKEND } from './careless-backend.ts';

describeGate({
  backend: { start: CARELESS_BACKEND },
  requirements: '1.0',
  baseline: 'baseline.yaml',
  select: { only: ['auth-missing', 'alg-none', 'exp-past'] },
});
