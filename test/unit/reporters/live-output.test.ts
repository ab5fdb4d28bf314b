import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import type { Attention, Growth, Sleeper, Tail } from '../../../src/ports.ts';
import { createLinesReporter } from '../../../src/reporters/lines.ts';
import { createLiveWriter } from '../../../src/reporters/live-text.ts';
import { createTaskbarReporter } from '../../../src/reporters/taskbar.ts';
import { failedTest, planOf, started, task, taskEvents, timed } from './run-fixture.ts';

const plan = planOf([task('unit/node'), task('e2e/pytest')]);

it('of what a task prints each line has its name, and what came too fast is told by its size', () => {
  const growths: Growth[] = [{ lines: ['one', '\u001b[2Jtwo\ttabs'], skippedBytes: 12_345 }];
  const tail: Tail = {
    lastLines: () => Promise.resolve([]),
    follow: () => ({ read: () => growths.shift() ?? { lines: [], skippedBytes: 0 } }),
  };
  const text = linesOf({ verbose: true, tail }, [
    started(plan),
    { type: 'task-started', task: 'unit/node', slot: 0 },
    {
      type: 'attempt-started',
      task: 'unit/node',
      attempt: 1,
      command: ['node'],
      cwd: '.',
      log: 'logs/unit/node/1.log',
    },
    ...taskEvents('unit/node', { kind: 'passed' }).slice(2),
  ]);
  expect(text).toMatchInlineSnapshot(`
    "         Run r-1  chat-platform, environment local, 4 slots
        Starting 2 tasks over 2 files: unit, e2e
           START unit/node
             RUN node
    unit/node | … 12,345 bytes left out here: see logs/unit/node/1.log
    unit/node | one
    unit/node | two    tabs
            PASS [   0.512s] (1/2) unit/node
    "
  `);
});

it('lines that nobody reads are counted, not kept, and told when reading goes on', () => {
  const written: string[] = [];
  const stream = Object.assign(new EventEmitter(), {
    writableNeedDrain: true,
    write: (text: string) => written.push(text),
  });
  const writer = createLiveWriter(stream as unknown as NodeJS.WriteStream);
  const line = `${'x'.repeat(1023)}\n`;
  for (let count = 0; count < 1500; count += 1) writer.write(line);
  expect(written).toEqual([]);
  stream.writableNeedDrain = false;
  stream.emit('drain');
  writer.write('now\n');
  expect(written).toHaveLength(2);
  expect(written[0]).toHaveLength(
    1024 * 1024 + '… 476 lines left out here, because this output was not read: see the reports\n'.length,
  );
  expect(written[1]).toBe('now\n');
});

it('the taskbar shows the share of tasks that have ended, red once one failed, and nothing after the run or while it rests', () => {
  const written: string[] = [];
  const sleepers: Sleeper[] = [];
  const stream = { writableNeedDrain: false, write: (text: string) => written.push(JSON.stringify(text)) };
  const attention: Attention = {
    ...{ hasKeys: false, onStatus: () => () => undefined },
    onSuspend: (sleeper) => {
      sleepers.push(sleeper);
      return () => undefined;
    },
  };
  const reporter = createTaskbarReporter(stream as unknown as NodeJS.WriteStream, attention);
  const emit = (bodies: readonly EventBody[]): void => timed(bodies).forEach((event) => reporter.onEvent(event));
  emit([started(plan), ...taskEvents('unit/node', { kind: 'tests-failed' }, [failedTest('divides')])]);
  void sleepers[0]?.pause();
  sleepers[0]?.resume();
  void reporter.close?.();
  expect(written).toEqual(
    ['1;0', '2;50', '0;0', '2;50', '0;0'].map((text) => JSON.stringify(`\u001b]9;4;${text}\u0007`)),
  );
});

function linesOf(
  { verbose, tail }: { readonly verbose: boolean; readonly tail: Tail },
  bodies: readonly EventBody[],
): string {
  let text = '';
  const attention: Attention = { hasKeys: false, onStatus: () => () => undefined, onSuspend: () => () => undefined };
  const reporter = createLinesReporter({
    ...{ color: false, verbose, quiet: false, reportsDir: 'reports', width: () => 80 },
    out: { write: (more) => (text += more), close: () => undefined },
    watch: { tail, reportsDir: '/repo/reports', attention },
  });
  for (const event of timed(bodies)) reporter.onEvent(event);
  void reporter.close?.();
  return text;
}
