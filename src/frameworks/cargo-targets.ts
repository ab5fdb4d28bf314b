import type { ReportItem } from '../model/report.ts';
import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';
import { aCase, anError, cutOff } from './made-case.ts';

/** What the launcher says of a target before cargo runs it. */
export interface TargetNote {
  readonly package: string;
  readonly name: string;
  readonly kind: 'lib' | 'bin' | 'test' | 'example' | 'bench';
  /** The name that "Doc-tests" shows. */
  readonly crate: string;
  /** Its root as cargo writes it. */
  readonly src: string;
  /** Its root relative to the suite's folder. */
  readonly file: string;
  readonly doctest: boolean;
  /** Without these it is not built. */
  readonly features: readonly string[];
  /** A target of its package runs without libtest. */
  readonly ownHarness: boolean;
}

/** One test program while it runs. */
export interface RunningTarget {
  readonly id: string;
  readonly note: TargetNote | null;
  /** What it printed beside results. */
  readonly said: KeptText;
  /** Printed by failed tests, by name. */
  readonly outputs: Map<string, KeptText>;
  readonly failed: Set<string>;
  /** Of which failed test the output comes now. */
  section: string | null;
  /** A test whose result is still to come, where it is known. */
  current: string | null;
  /** How many tests it said it would run; `null` = it said nothing. */
  due: number | null;
  reported: number;
  /** It said what its tests amount to. */
  summary: { readonly failed: number } | null;
  /** Of parts that had a summary of their own. */
  failedBefore: number;
}

/** The name of a target as nextest writes it: `package`, `package::test`, `package::bin/name`. */
export function targetId({ kind, package: owner, name }: TargetNote): string {
  if (kind === 'lib') return owner;
  return kind === 'test' ? `${owner}::${name}` : `${owner}::${kind}/${name}`;
}

/** A file that was asked for and belongs to no target. */
export function missingTarget(file: string): ReportItem {
  const message = `${file} is the root of no test target: it is not there, belongs to another workspace, or is a module of another target`;
  return anError(file, { file, type: 'not-run', message, details: message });
}

/** A test program that has printed nothing yet. */
export function startTarget(id: string, note: TargetNote | null): RunningTarget {
  const nothing = { section: null, current: null, due: null, reported: 0, summary: null, failedBefore: 0 };
  return { id, note, said: createKeptText(), outputs: new Map(), failed: new Set(), ...nothing };
}

/** What is left to tell of a test program when the next one starts or nothing comes any more. */
export function endTarget(target: RunningTarget, { cut }: { readonly cut: boolean }): readonly ReportItem[] {
  const failed = [...target.failed].map((name) => failedCase(name, target));
  const said = target.said.read();
  const isRed = /^error: (?:doc)?test failed, to rerun pass /m.test(said);
  if (target.due === null && !cut && target.note?.ownHarness === true) return [...failed, ownHarness(target, isRed)];
  const trouble = describeTrouble(target, { said, cut, isRed });
  if (trouble === null) return failed;
  const file = target.note?.file ?? null;
  const details = `${trouble}\n\n${said}`;
  const type = 'broke-off';
  const broken = anError(`${target.id} [broke off]`, { file, type, message: trouble, details });
  // Of what was ended from outside, the test that was running has begun, and that is all there is to say of it.
  if (cut) return [...failed, cutOff(broken)];
  const running = target.current === null ? [] : [openCase(target.current, target, trouble)];
  return [...failed, ...running, broken];
}

/** A case of this target, by the name of its test. */
export function caseOf(
  name: string,
  target: RunningTarget,
  fields: Pick<Parameters<typeof aCase>[0], 'status'> & Partial<Parameters<typeof aCase>[0]>,
): ReportItem {
  return aCase({ name, className: target.id, file: target.note?.file ?? null, ...fields });
}

function failedCase(name: string, target: RunningTarget): ReportItem {
  const details = target.outputs.get(name)?.read() ?? '';
  const panic = /panicked at .*:\n(.*)/.exec(details)?.[1];
  const message = panic ?? /^.*\S.*/m.exec(details)?.[0] ?? 'failed; its process ended before it said why';
  const problem = { kind: 'failure' as const, type: panic === undefined ? '' : 'panic', message, details };
  return caseOf(name, target, { status: 'failed', problems: [problem] });
}

function openCase(name: string, target: RunningTarget, message: string): ReportItem {
  const problem = { kind: 'error' as const, type: 'broke-off', message: `did not end: ${message}`, details: message };
  return caseOf(name, target, { status: 'error', problems: [problem] });
}

function ownHarness(target: RunningTarget, isRed: boolean): ReportItem {
  const details = target.said.read();
  const message = howItEnded(details) ?? 'it ended with another code than 0';
  return caseOf(target.id, target, {
    status: isRed ? 'failed' : 'passed',
    problems: isRed ? [{ kind: 'failure', type: 'ExitCode', message, details }] : [],
  });
}

function describeTrouble(
  target: RunningTarget,
  { said, cut, isRed }: { readonly said: string; readonly cut: boolean; readonly isRed: boolean },
): string | null {
  const { due, reported, summary } = target;
  const how = howItEnded(said);
  if (due === null) return cut ? 'was ended before it ran' : `printed no results: ${how ?? 'see its output'}`;
  const lost = due - reported;
  const count = `${lost} of its ${due} tests did not report`;
  if (summary === null) return `ended before its tests did${how === null ? '' : ` (${how})`}: ${count}`;
  if (lost > 0) return `${count}, or not in a line of their own; run it with more than one slot`;
  if (summary.failed > target.failed.size)
    return `counts ${summary.failed} failed tests, but shows ${target.failed.size}`;
  return isRed && summary.failed === 0 ? `failed after its tests had passed: ${how ?? 'see its output'}` : null;
}

function howItEnded(said: string): string | null {
  return /^ *process didn't exit successfully: .*\((.*)\)$/m.exec(said)?.[1] ?? null;
}
