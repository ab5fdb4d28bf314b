import { appendFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { oneLine, plural, truncate } from '../base/text.ts';
import { annotation } from '../base/workflow-commands.ts';
import type { AnnotationLevel, AnnotationPlace } from '../base/workflow-commands.ts';
import { maxSummaryBytes } from './markdown.ts';

/** What GitHub Actions gives a step. */
export interface GithubStep {
  /** Writes lines that Actions obeys. */
  readonly write: (text: string) => void;
  /** `GITHUB_STEP_SUMMARY`; `null` = there is none. */
  readonly summaryPath: string | null;
  /** From the checkout to what paths of tests are relative to. */
  readonly prefix: string;
}

/** Something that is shown beside the code. */
export interface Note extends AnnotationPlace {
  readonly level: AnnotationLevel;
  readonly message: string;
}

/** Of a kind that GitHub shows of a step; it hides the others without a word. */
const maxAnnotations = 10;
const leastSummaryBytes = 2_000;
const maxTitle = 200;

/** Shows notes beside the code. */
export function annotate({ write, prefix }: GithubStep, notes: readonly Note[]): void {
  write(notes.map((note) => toLine(note, prefix)).join(''));
}

/** Notes of one kind, as many as GitHub shows: the last says of how many there is no room to tell, `omitted` ones included. */
export function atMost(notes: readonly Note[], omitted: number, level: AnnotationLevel): readonly Note[] {
  if (notes.length + omitted <= maxAnnotations) return notes;
  const shown = notes.slice(0, maxAnnotations - 1);
  const left = notes.length + omitted - shown.length;
  const message = 'The summary of the step and the reports have them all.';
  return [...shown, { level, file: null, line: null, title: `and ${plural(left, `more ${level}`)}`, message }];
}

/** Adds Markdown to the summary of the step, within what GitHub takes of one. */
export function addToSummary({ summaryPath }: GithubStep, write: (maxBytes: number) => string): void {
  if (summaryPath === null) return;
  // Other programs of the step may have written there.
  const maxBytes = maxSummaryBytes - (statSync(summaryPath, { throwIfNoEntry: false })?.size ?? 0);
  if (maxBytes >= leastSummaryBytes) appendFileSync(summaryPath, write(maxBytes));
}

function toLine({ level, file, line, title, message }: Note, prefix: string): string {
  const path = file === null ? null : posix.join(prefix, file);
  return annotation(level, { file: path, line, title: truncate(oneLine(title), maxTitle) }, message);
}
