import type { Lab } from '../model.ts';

/** The status for another user's resource, as declared. */
export function foreignStatus({ settings }: Pick<Lab, 'settings'>): readonly number[] {
  return [settings.crossUserStatus];
}
