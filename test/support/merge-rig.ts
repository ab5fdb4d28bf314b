import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merge } from '../../src/commands/merge.ts';
import type { MergeResult } from '../../src/commands/merge.ts';
import type { EventBody } from '../../src/model/event.ts';
import { createEventsReporter } from '../../src/reporters/events.ts';
import { createFanOut } from '../../src/reporters/fan-out.ts';
import { createJsonReporter } from '../../src/reporters/json.ts';
import { createJunitReporter } from '../../src/reporters/junit.ts';
import { createTest, taskEvents, timed } from './run-events.ts';

/** A temporary folder with the reports of runs, and what merging them gives. */
export interface MergeRig extends Disposable {
  readonly cwd: string;
  /** Writes the reports that a run with these events would leave. */
  run(folder: string, bodies: readonly EventBody[]): Promise<void>;
  /** Merges into `merged`. */
  merge(...paths: readonly string[]): Promise<MergeResult>;
  read(path: string): string;
  /** Names of the merged suites. */
  suites(): readonly string[];
}

export function createMergeRig(): MergeRig {
  const cwd = mkdtempSync(join(tmpdir(), 'runner-merge-'));
  const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
  return {
    cwd,
    read,
    async run(folder, bodies) {
      const dir = join(cwd, folder);
      const reporters = createFanOut(
        [
          { name: 'events', reporter: createEventsReporter({ path: join(dir, 'events.jsonl') }) },
          {
            name: 'junit',
            reporter: createJunitReporter({ path: join(dir, 'junit.xml'), spoolDir: join(dir, 'spool') }),
          },
          { name: 'json', reporter: createJsonReporter({ path: join(dir, 'summary.json'), reports: () => ({}) }) },
        ],
        (_name, error) => {
          throw error;
        },
      );
      for (const event of timed(bodies)) reporters.onEvent(event);
      await reporters.close();
    },
    merge: (...paths) => merge({ paths, cwd, reportsDir: join(cwd, 'merged'), chosen: ['junit', 'json'] }),
    suites: () => [...read('merged/junit.xml').matchAll(/<testsuite name="([^"]*)"/g)].map((match) => match[1] ?? ''),
    [Symbol.dispose]: () => rmSync(cwd, { recursive: true, force: true }),
  };
}

/** The events of a task with one test, which passes. */
export function passingTask(id: string): readonly EventBody[] {
  return taskEvents(id, [createTest(`${id} works`)], { kind: 'passed' });
}
