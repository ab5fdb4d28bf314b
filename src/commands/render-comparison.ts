import { formatDuration } from '../base/duration.ts';
import { oneLine, plural, truncate } from '../base/text.ts';
import type { Comparison, Difference } from '../results/compare-runs.ts';
import type { ComparedTest } from '../results/run-results.ts';

/** Two runs and what differs between them. */
export interface ComparedRuns {
  readonly labels: { readonly before: string; readonly after: string };
  readonly comparison: Comparison;
  /** Why the second may lack tests; `null` = it is whole. */
  readonly incomplete: string | null;
}

/** Raised when a field changes its meaning. */
const comparisonFormat = 1;

const maxListed = 20;

/** The differences for people, the worst first. */
export function renderComparison({ labels, comparison, incomplete }: ComparedRuns, columns: number): string {
  const { newlyFailing, fixed, slower, added, gone, notRun, stillFailing, unchanged, machineFactor } = comparison;
  const row = (difference: Difference, detail: string): string => truncate(`  ${nameOf(difference)}${detail}`, columns);
  const sections = [
    section('Newly failing', newlyFailing, (one) => [
      row(one, one.before === null ? ' (new test)' : ''),
      ...(one.after?.message ? [truncate(`    ${oneLine(one.after.message)}`, columns)] : []),
    ]),
    section('No longer run', notRun, (one) => [row(one, one.after?.status === 'skipped' ? ' (skipped)' : '')]),
    section('Slower', slower, (one) => [row(one, `  ${timeOf(one.before)} -> ${timeOf(one.after)}`)]),
    section('Gone', gone, (one) => [row(one, one.before?.status === 'failed' ? ' (failed before)' : '')]),
    section('Added', added, (one) => [row(one, '')]),
    section('Fixed', fixed, (one) => [row(one, '')]),
  ];
  const machine =
    machineFactor >= 1.1
      ? [`Everything took ${machineFactor.toFixed(1)} times as long, which is taken for the machine.`]
      : [];
  const counts = [
    `${newlyFailing.length} newly failing, ${fixed.length} fixed, ${slower.length} slower, ${added.length} added, ${gone.length} gone`,
    ...(notRun.length === 0 ? [] : [`${notRun.length} no longer run`]),
    ...(stillFailing === 0 ? [] : [`${stillFailing} still failing`]),
    `${plural(unchanged, 'test')} as before`,
  ];
  return [
    `${labels.before} -> ${labels.after}`,
    ...(incomplete === null ? [] : [`${labels.after} is not complete: ${incomplete}. What it lacks says nothing.`]),
    '',
    ...sections.flatMap((lines) => (lines.length === 0 ? [] : [...lines, ''])),
    ...machine,
    counts.join('; '),
  ].join('\n');
}

/** The same for programs, whole. */
export function comparisonJson({ labels, comparison, incomplete }: ComparedRuns): string {
  const { newlyFailing, fixed, slower, added, gone, notRun, ...counts } = comparison;
  const of = (list: readonly Difference[]): readonly object[] => list.map(describe);
  return JSON.stringify(
    {
      ...{ format: comparisonFormat, before: labels.before, after: labels.after, incomplete },
      ...{ newlyFailing: of(newlyFailing), fixed: of(fixed), slower: of(slower) },
      ...{ added: of(added), gone: of(gone), notRun: of(notRun), ...counts },
    },
    null,
    2,
  );
}

function section(
  title: string,
  list: readonly Difference[],
  rows: (difference: Difference) => readonly string[],
): readonly string[] {
  if (list.length === 0) return [];
  const left = list.length - maxListed;
  return [
    `${title} (${list.length})`,
    ...list.slice(0, maxListed).flatMap(rows),
    ...(left > 0 ? [`  and ${left} more: see --json`] : []),
  ];
}

function nameOf({ before, after }: Difference): string {
  const test = after ?? before;
  if (test === null) return '';
  const { suite, id } = test;
  const where = id.file ?? id.className;
  return oneLine(`${where === '' ? '' : `${where}::`}${id.name}${suite === '' ? '' : ` (${suite})`}`);
}

function timeOf(test: ComparedTest | null): string {
  return formatDuration(test?.durationMs ?? 0);
}

function describe({ before, after }: Difference): object {
  const test = after ?? before;
  return {
    ...{ suite: test?.suite, ...test?.id },
    before: before === null ? null : { status: before.status, durationMs: before.durationMs },
    after: after === null ? null : { status: after.status, durationMs: after.durationMs, message: after.message },
  };
}
