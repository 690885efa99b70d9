import { allOf, firstFailure } from '../../finding.ts';
import type { Check, Finding } from '../../model.ts';
import { sendControl } from '../probes.ts';
import { BROKEN, breakKeySet, EMPTY, respond } from './faults.ts';
import { judgeUnverifiable, provokeFetch } from './fetches.ts';
import { judgeKept, keptThrough } from './kept.ts';
import { keyStory, OUTAGE } from './story.ts';
import { tokenOf } from './tokens.ts';
import { expectServed, expectVisible } from './visibility.ts';

const OFTEN = 20;

/** A key set that was there and cannot be had now. */
export const outageChecks: readonly Check[] = [
  {
    id: 'out-500-warm',
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      await breakKeySet(lab, BROKEN);
      const good = await tokenOf(lab, 'good token');
      const findings: Finding[] = [];
      for (let at = 0; at < OFTEN; at += 1) findings.push(await expectServed(lab, good));
      return allOf(findings);
    },
  },
  keptThrough('out-500-json-error-body', {
    'a 500 in JSON': respond(500, '{"error":"server_error"}'),
    'a 404 in JSON': respond(404, '{"error":"not_found"}'),
    'a 429 in JSON': respond(429, '{"error":"too_many_requests"}'),
  }),
  keptThrough('out-refused-warm', { 'a reset connection': { kind: 'reset' } }),
  keyStory('out-truncated', OUTAGE, async (lab) => {
    // Keys of strangers first, so that the half which arrives holds whole keys and none of those in use.
    const strangers = (await lab.idp.keys()).map(({ publicJwk }, at) => ({
      ...publicJwk,
      kid: `stranger-${at}`,
    }));
    await lab.idp.changeKeys({ story: 'decoys', keys: strangers, first: true });
    return judgeKept(lab, { 'half a key set': { kind: 'truncate' } });
  }),
  keyStory('out-unknown-kid', OUTAGE, async (lab) => {
    await breakKeySet(lab, BROKEN);
    const unverifiable = judgeUnverifiable(await provokeFetch(lab));
    return allOf([unverifiable, await expectServed(lab, await tokenOf(lab, 'token of a known key'))]);
  }),
  keyStory('out-recover', { cooldown: 1 }, async (lab) => {
    const faults = { errors: BROKEN, 'an empty key set': EMPTY };
    const findings: Finding[] = [];
    for (const [name, fault] of Object.entries(faults)) {
      await breakKeySet(lab, fault);
      await provokeFetch(lab);
      await lab.idp.clearFaults();
      await lab.idp.changeKeys({ story: 'rotate' });
      const token = await tokenOf(lab, `token of a key published after ${name}`);
      findings.push(await expectVisible(lab, token));
      if (findings.at(-1)?.outcome !== 'pass') break;
    }
    return firstFailure(findings);
  }),
];
