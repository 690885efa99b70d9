/** What can be put on a backend. */
export type ScenarioName =
  'smoke' | 'steady' | 'refused' | 'rotation' | 'outage' | 'unknown-kid' | 'refresh' | 'soak' | 'breakpoint';

/** One scenario with its numbers. Times in seconds. */
export interface Plan {
  readonly name: ScenarioName;
  readonly rate: number;
  readonly seconds: number;
  readonly cacheTtl: number;
  readonly cooldown: number;
  /** Processes of the backend that keep a key set of their own. */
  readonly replicas: number;
}

export interface PlanOptions {
  readonly rate?: number;
  readonly seconds?: number;
  readonly replicas?: number;
  /** Of a backend that runs already. */
  readonly cacheTtl?: number;
  readonly cooldown?: number;
}
