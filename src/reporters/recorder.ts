import { createGzipLines } from '../base/gzip-lines.ts';
import type { GzipLines } from '../base/gzip-lines.ts';
import type { RunEvent } from '../model/event.ts';
import type { TestResult } from '../model/test.ts';
import type { Reporter } from '../ports.ts';

/**
 * Keeps a run for later ones, which rerun it or compare themselves with it: its events without most of their texts, compressed. It
 * appears when the run has ended. A record that cannot be written costs the record and not the run: `warn` is told once.
 */
export function createRecorder(options: {
  /** Called at the first event: the path of the file. */
  readonly path: () => string;
  readonly warn: (problem: string) => void;
}): Reporter {
  let lines: GzipLines | null = null;
  let failed = false;
  const attempt = (work: () => void): void => {
    if (failed) return;
    try {
      work();
    } catch (error) {
      failed = true;
      lines?.abort();
      options.warn(error instanceof Error ? error.message : String(error));
    }
  };
  return {
    onEvent(event) {
      attempt(() => {
        const recorded = recordedEvent(event);
        if (recorded === null) return;
        lines ??= createGzipLines(options.path());
        lines.write(JSON.stringify(recorded));
      });
    },
    close() {
      attempt(() => lines?.commit());
      return Promise.resolve();
    },
  };
}

const maxMessage = 300;

/** What a record needs of an event; `null` = nothing. */
export function recordedEvent(event: RunEvent): RunEvent | null {
  switch (event.type) {
    case 'run-started':
    case 'task-claimed':
    case 'task-started':
    case 'task-finished':
    case 'run-cancelling':
    case 'run-finished':
      return event;
    case 'attempt-started':
      return { ...event, command: [] };
    case 'attempt-finished':
      return { ...event, log: null, leaked: [] };
    case 'test-finished':
      return { ...event, test: withoutTexts(event.test) };
    case 'service-changed':
    case 'task-slow':
    case 'task-postponed':
    case 'test-started':
    case 'warning':
    case 'elsewhere':
    case 'queue-progress':
      return null;
  }
}

function withoutTexts(test: TestResult): TestResult {
  const problems = test.problems
    .slice(0, 1)
    .map((problem) => ({ ...problem, message: problem.message.slice(0, maxMessage), details: '' }));
  return { ...test, problems, stdout: null, stderr: null };
}
