import { formatDuration } from '../base/duration.ts';
import { sparkline } from '../base/sparkline.ts';
import { table } from '../base/table.ts';
import { oneLine, plural, truncate } from '../base/text.ts';
import type { KeptRun } from '../history/runs.ts';
import type { Slowest, Timing } from '../history/slowest.ts';
import type { CategoryTrend } from '../history/trend.ts';
import { countsText } from '../reporters/describe.ts';
import { testName } from './test-name.ts';

export interface Look {
  readonly columns: number;
}

/** The runs, a line each. */
export function renderRuns(runs: readonly KeptRun[], look: Look): string {
  if (runs.length === 0) return 'no run is remembered';
  return lines(
    runs.map((run) => [
      run.run,
      formatTime(run.startedAt),
      run.verdict,
      formatDuration(run.durationMs),
      run.environment,
      countsText(run.totals) || plural(run.totals.tests, 'test'),
      run.shard === null ? '' : `shard ${run.shard}`,
      run.commit === null ? '' : run.commit.slice(0, 8),
      run.selection.join(' '),
    ]),
    look,
  ).join('\n');
}

/** Files and tests with the longest medians. */
export function renderSlowest({ files, tests }: Slowest): string {
  if (files.length === 0 && tests.length === 0) return 'no duration is remembered';
  const row = (timing: Timing, name: string): readonly string[] => [
    formatDuration(timing.medianMs),
    `p90 ${formatDuration(timing.p90Ms)}`,
    plural(timing.runs, 'run'),
    driftText(timing.drift),
    name,
  ];
  return [
    ...(files.length === 0
      ? []
      : [
          'Slowest files (median)',
          ...indented(
            files.map((file) => row(file, file.file)),
            wholeNames,
          ),
        ]),
    ...(tests.length === 0
      ? []
      : [
          'Slowest tests (median)',
          ...indented(
            tests.map((slow) => row(slow, testName(slow.test))),
            wholeNames,
          ),
        ]),
  ].join('\n');
}

const notableDrift = 1.5;

/** `2.1x slower`: the last runs beside those before; empty where that is nothing to speak of. */
function driftText(drift: number | null): string {
  if (drift === null || drift <= 0) return '';
  if (drift >= notableDrift) return `${drift.toFixed(1)}x slower than before`;
  return drift <= 1 / notableDrift ? `${(1 / drift).toFixed(1)}x faster than before` : '';
}

/** Pass rate and duration of each category, run by run: the oldest on the left. */
export function renderTrends(trends: readonly CategoryTrend[], look: Look): string {
  if (trends.length === 0) return 'no run is remembered';
  const rows = trends.map(({ category, environment, points }) => {
    const shown = points.slice(-longestLine);
    const durations = shown.map(({ totals }) => totals.durationMs);
    const last = shown.at(-1);
    return [
      category,
      environment,
      plural(points.length, 'run'),
      `passed ${sparkline(
        shown.map(({ passRate }) => passRate),
        { from: 0, to: 1 },
      )}`,
      last?.passRate == null ? '' : percent(last.passRate),
      `time ${sparkline(durations, { from: 0, to: Math.max(...durations) })}`,
      last === undefined ? '' : formatDuration(last.totals.durationMs),
    ];
  });
  return lines(rows, look).join('\n');
}

const longestLine = 30;

/** A share as people read it; only what is whole is called so. */
export function percent(share: number): string {
  const text = `${(share * 100).toFixed(share === 0 || share === 1 ? 0 : 1)} %`;
  return text === '100.0 %' ? '99.9 %' : text === '0.0 %' ? 'under 0.1 %' : text;
}

/** A moment in the reader's own time: `2026-11-21 12:30`. */
export function formatTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Names are at the end of a row, and are what is copied from it: the terminal breaks a row that is too long. */
export const wholeNames: Look = { columns: Infinity };

export function indented(rows: readonly (readonly string[])[], { columns }: Look): readonly string[] {
  return lines(rows, { columns: columns - 2 }).map((line) => `  ${line}`);
}

function lines(rows: readonly (readonly string[])[], { columns }: Look): readonly string[] {
  return table(rows.map((row) => row.map(oneLine))).map((line) => truncate(line, Math.max(80, columns)));
}

/** For programs: without the numbers of rows, which mean something in this file only. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (key === 'id' ? undefined : inner), 2);
}
