import type { BackendOptions } from './backend-options.ts';
import type { LoadReportFile } from './load-report-option.ts';

/** The options of `load`, as parsed. */
export interface LoadCommandOptions extends BackendOptions {
  readonly config?: string;
  readonly idp?: readonly string[];
  readonly path?: string;
  readonly openPath?: string;
  readonly user?: string;
  readonly scenario?: readonly string[];
  readonly rate?: number;
  readonly duration?: number;
  readonly tokens?: number;
  readonly instances?: number;
  readonly threshold?: Readonly<Record<string, unknown>>;
  readonly cacheTtl?: number;
  readonly cooldown?: number;
  readonly leeway?: number;
  readonly replicas?: number;
  readonly allowRemote?: boolean;
  readonly unbounded?: boolean;
  readonly report?: readonly LoadReportFile[];
  readonly merge?: readonly string[];
  readonly compare?: readonly string[];
}
