import type { BackendOptions } from './backend-options.ts';
import type { GateOptions } from './gate-options.ts';
import type { ReportFile } from './report-option.ts';
import type { SelectionOptions } from './selection-options.ts';
import type { SettingsOptions } from './suite-settings.ts';

/** The options of `test`, as parsed. */
export interface TestOptions extends BackendOptions, SelectionOptions, SettingsOptions, GateOptions {
  readonly config?: string;
  readonly idp?: string;
  readonly database?: string;
  readonly user?: string;
  readonly otherUser?: string;
  readonly cacheTtl?: number;
  readonly cooldown?: number;
  readonly report?: readonly ReportFile[];
}
