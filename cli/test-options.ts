import type { GateOptions } from './gate-options.ts';
import type { ReportFile } from './report-option.ts';
import type { SelectionOptions } from './selection-options.ts';
import type { SettingsOptions } from './suite-settings.ts';

/** The options of `test`, as parsed. */
export interface TestOptions extends SelectionOptions, SettingsOptions, GateOptions {
  readonly start?: string;
  readonly startTimeout?: number;
  readonly idp?: string;
  readonly idpPort?: number;
  readonly idpToken?: string;
  readonly contract?: string;
  readonly config?: string;
  readonly database?: string;
  readonly user?: string;
  readonly otherUser?: string;
  readonly cacheTtl?: number;
  readonly cooldown?: number;
  readonly report?: readonly ReportFile[];
}
