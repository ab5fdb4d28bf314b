/** What is kept of earlier runs: as much as all of these allow. */
export interface HistoryLimits {
  readonly runs: number;
  readonly days: number;
  readonly bytes: number;
}
