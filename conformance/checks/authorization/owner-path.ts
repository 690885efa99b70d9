import type { Lab, SampleOperation } from '../../model.ts';

/** A segment that no encoding changes and no contract holds. */
const PLACE = 'gateproof-owner-place';

/** The path of an operation with this text, as it stands, where the owner's segment is. */
export function ownerPath(lab: Lab, sample: SampleOperation, segment: string): string {
  const claim = sample.operation.owner?.claim ?? 'sub';
  const { path } = lab.request(sample, { as: { sub: PLACE, claims: { [claim]: PLACE } } });
  return path.replace(PLACE, segment);
}
