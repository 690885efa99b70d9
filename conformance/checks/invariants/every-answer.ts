import { fail, pass } from '../../finding.ts';
import type { Finding } from '../../model.ts';
import type { RecordedExchange } from '../../recorder.ts';
import { notTestable } from '../../run-check.ts';

/** A rule that each answer of a kind must keep. */
export interface AnswerRule {
  readonly expected: string;
  /** Which answers the rule speaks of. */
  readonly applies: (exchange: RecordedExchange) => boolean;
  /** What is wrong with the answer, in words; `undefined` where nothing is. */
  readonly fault: (exchange: RecordedExchange) => string | undefined;
  /** What was looked for in vain, where the rule applies to no answer of the run, e.g. `a 403`. */
  readonly kind: string;
}

/** Judges a rule on every answer of a run. One fault of all answers is one failure, shown by one example. */
export function judgeEveryAnswer(exchanges: readonly RecordedExchange[], rule: AnswerRule): Finding {
  const judged = exchanges.filter(rule.applies);
  if (judged.length === 0) return notTestable(`the run has not seen ${rule.kind}`);
  const faulty = judged
    .map((exchange) => ({ exchange, fault: rule.fault(exchange) }))
    .filter(({ fault }) => fault !== undefined)
    // Checks run side by side, so the order of answers is no order to report by.
    .sort((a, b) => (a.exchange.check < b.exchange.check ? -1 : Number(a.exchange.check > b.exchange.check)));
  const [first] = faulty;
  if (first === undefined) return pass(rule.expected, `so it is in all answers`);
  const { exchange, fault = '' } = first;
  const observed = `${faulty.length} of ${judged.length} answers break it; first in ${exchange.check}: ${fault}`;
  return fail(rule.expected, observed, exchange);
}
