import { table } from '../../base/table.ts';
import { oneLine, plural } from '../../base/text.ts';
import { isViolated } from '../../guards/judge.ts';
import type { GuardCell, GuardVerdict } from '../../model/guard.ts';
import { allowance, describeHits, whatToDo } from './describe.ts';

/** An audit with what surrounds it. */
export interface AuditResult {
  readonly verdicts: readonly GuardVerdict[];
  /** What a category has of each guard; files of no category are under an empty name. */
  readonly byCategory: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly problems: readonly string[];
  readonly binary: number;
  readonly notes: readonly string[];
  readonly exitCode: number;
}

const mostHits = 20;

/** An audit as a person reads it. */
export function renderAudit(result: AuditResult): string {
  const { verdicts, problems, byCategory, binary, notes } = result;
  const blocks = [
    table(verdicts.flatMap(guardRows)),
    ...verdicts.flatMap((verdict) => verdict.cells.map((cell) => violation(verdict, cell))),
    verdicts
      .filter(({ empty }) => empty)
      .map(
        ({ guard }) =>
          `${guard.name}: no file matches ${guard.files.join(', ')}; correct its globs, or say allowEmpty: true`,
      ),
    categoryLines(byCategory),
    problems,
    [...notes, ...(binary === 0 ? [] : [`${plural(binary, 'file')} without text (binary) not looked into`])],
    [summary(result)],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** The same for programs. */
export function auditJson(result: AuditResult): string {
  const guards = result.verdicts.map(({ guard, looked, found, cells, empty, incomplete }) => ({
    ...{ name: guard.name, mode: guard.mode, severity: guard.severity, migration: guard.migration },
    ...{ message: guard.message, reason: guard.reason, looked, empty, incomplete },
    violated: isViolated({ guard, cells }),
    slack: sum(cells.map(({ slack }) => slack)),
    priorities: cells,
    files: found.map(({ file, priority, count }) => ({ file, priority, count })),
    categories: Object.fromEntries(
      [...result.byCategory].flatMap(([category, counts]) => {
        const count = counts.get(guard.name);
        return count === undefined ? [] : [[category === '' ? 'none' : category, count]];
      }),
    ),
  }));
  const { problems, binary, notes, exitCode } = result;
  return JSON.stringify({ format: 1, exitCode, guards, problems, notes, binaryFiles: binary }, null, 2);
}

function guardRows(verdict: GuardVerdict): readonly (readonly string[])[] {
  const { guard, cells, looked } = verdict;
  return cells.map((cell, index) => [
    index === 0 ? guard.name : '',
    cell.priority,
    cell.matches === 0 ? 'none' : `${cell.matches} in ${plural(cell.files, 'file')}`,
    allowance(guard, cell),
    stateWord(verdict, cell),
    index === 0 ? `${plural(looked, 'file')} looked into` : '',
  ]);
}

function stateWord({ guard, incomplete }: GuardVerdict, { state, slack }: GuardCell): string {
  if (state === 'over') return guard.severity === 'error' ? 'TOO MANY' : 'warning';
  if (incomplete) return 'NOT KNOWN';
  if (slack > 0) return `${slack} fewer`;
  return state === 'zero' ? 'done' : state === 'waiting' ? '' : 'held';
}

function violation(verdict: GuardVerdict, cell: GuardCell): readonly string[] {
  const { guard } = verdict;
  if (cell.state !== 'over') return [];
  const hits = describeHits(cell);
  const shown = hits.slice(0, hits.length > mostHits ? mostHits - 1 : mostHits).map((line) => `  ${oneLine(line)}`);
  return [
    `${guard.name} ${cell.priority}: ${cell.matches} in ${plural(cell.files, 'file')}, ${allowance(guard, cell)}`,
    ...whatToDo(guard).map((line) => `  ${line}`),
    ...shown,
    ...(hits.length > mostHits ? [`  … ${hits.length - shown.length} more; --json has the counts of all files`] : []),
  ];
}

function categoryLines(byCategory: AuditResult['byCategory']): readonly string[] {
  const rows = [...byCategory].map(([category, counts]) => [
    `  ${category === '' ? '(no category)' : category}`,
    [...counts].map(([guard, count]) => `${guard} ${count}`).join(', '),
  ]);
  return rows.length === 0 ? [] : ['by category', ...table(rows)];
}

function summary({ verdicts, problems }: AuditResult): string {
  const violated = verdicts.filter(isViolated).map(({ guard }) => guard.name);
  const matches = sum(verdicts.flatMap(({ cells }) => cells.map((cell) => cell.matches)));
  const counts = `${plural(verdicts.length, 'guard')}, ${plural(matches, 'match', 'matches')}`;
  if (violated.length > 0) return `${counts}; violated: ${violated.join(', ')}`;
  return problems.length > 0 ? `${counts}; not all files could be looked into` : `${counts}; none violated`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
