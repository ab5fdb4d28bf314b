import type { ReportItem } from '../model/report.ts';
import type { LineReader } from './framework.ts';
import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';
import { anError, buildFailure } from './made-case.ts';

interface Reading {
  /** What went wrong, by the name it is told under. */
  readonly told: Set<string>;
  readonly errors: KeptText;
  /** Names of crashed classes come now. */
  crashed: boolean;
  whole: boolean;
}

const failedGoal =
  /^\[ERROR\] Failed to execute goal (?:(?:[^:\s]+:)?([^:\s]+)(?::[^:\s]+)?:([^:\s]+) (?:\([^)]*\) )?)?on project ([^:]+): ?(.*)$/;

/** Reads what Maven prints for what its reports do not hold: modules that could not be built or were left out, and classes whose JVM left. */
export function readMavenLines(): LineReader {
  const reading: Reading = { told: new Set(), errors: createKeptText(), crashed: false, whole: false };
  return {
    line: (text) => handle(text, reading),
    end: () => (reading.whole ? [] : [{ kind: 'damage', problem: 'Maven was ended before it had run everything' }]),
  };
}

function handle(text: string, reading: Reading): readonly ReportItem[] {
  if (text === '{"runner":"end"}') reading.whole = true;
  const skipped = /^\[INFO\] (\S.*?) \.{2,} SKIPPED$/.exec(text)?.[1];
  if (skipped !== undefined) {
    const message = 'was not built, and its tests did not run, because a module that it needs failed';
    return tell(`${skipped} [not run]`, 'not-run', { message, reading });
  }
  if (!text.startsWith('[ERROR]')) return [];
  reading.errors.add(`${text}\n`);
  const goal = failedGoal.exec(text);
  if (goal !== null) return endGoal(goal, reading);
  if (text === '[ERROR] Crashed tests:') {
    reading.crashed = true;
    return [];
  }
  const name = reading.crashed ? /^\[ERROR\] ([\p{L}\p{N}_$.]+)$/u.exec(text)?.[1] : undefined;
  reading.crashed = name !== undefined;
  if (name === undefined) return [];
  const message = 'its JVM ended before its tests did, by a crash or by a call of exit; results of its tests are lost';
  return tell(name, 'broke-off', { message, reading });
}

function endGoal(
  [, plugin = '', goal = '', project = '', said = '']: RegExpExecArray,
  reading: Reading,
): readonly ReportItem[] {
  const isTests = /^maven-(?:surefire|failsafe)-plugin$/.test(plugin);
  // Failed tests are in the reports; a crash is told by class.
  if (isTests && (said === '' || said.startsWith('There are test failures'))) return [];
  const message = `${plugin === '' ? '' : `${plugin}:${goal}: `}${said === '' ? 'failed' : said}`;
  return tell(`${project} [${isTests ? 'failed' : 'build failed'}]`, isTests ? 'package-failed' : buildFailure, {
    message,
    reading,
  });
}

function tell(
  name: string,
  type: string,
  { message, reading }: { readonly message: string; readonly reading: Reading },
): readonly ReportItem[] {
  if (reading.told.has(name)) return [];
  reading.told.add(name);
  return [anError(name, { file: null, type, message, details: `${message}\n\n${reading.errors.read()}` })];
}
