import type { RunEvent } from '../../src/model/event.ts';
import { eventsOf, ranOnce, timedTest } from './history.ts';

const hour = 3_600_000;

/**
 * The events of run after run: of the categories unit, api and e2e, of which a test is flaky, one always fails, and a file takes three
 * times as long in the last runs. The last one ended at `until`.
 */
export function longHistory(runs: number, until: number): readonly (readonly RunEvent[])[] {
  return Array.from({ length: runs }, (_, run) => {
    const flaky = timedTest('tests/chat.py', 'test_reconnect', 90, { status: run % 3 === 0 ? 'failed' : 'passed' });
    const broken = timedTest('tests/chat.py', 'test_history </script>', 20, { status: 'failed' });
    const drifting = timedTest('tests/search.py', 'test_index', run < runs - 8 ? 400 + (run % 7) * 10 : 1_300);
    const steady = ['a', 'b', 'c'].map((name, at) =>
      timedTest(`tests/${name}.py`, `test_${name}`, 100 + at * 40 + (run % 5) * 6),
    );
    const environment = run % 4 === 3 ? 'staging' : 'local';
    const events = eventsOf({
      runId: `run-${String(run).padStart(4, '0')}`,
      at: until - (runs - run) * 4 * hour,
      origin: {
        ...{ commit: `c0ffee${Math.floor(run / 6)}`, branch: 'main', clean: true },
        machine: { platform: 'linux', arch: 'x64', cpus: 2, node: '26' },
      },
      tasks: [
        ranOnce('unit/backend', steady),
        ranOnce('api/backend', [drifting], { category: 'api' }),
        ranOnce('e2e/backend', [flaky, broken], { category: 'e2e', outcome: { kind: 'tests-failed' } }),
      ],
    });
    return events.map((event) => withEnding(event, environment, run));
  });
}

function withEnding(event: RunEvent, environment: string, run: number): RunEvent {
  if (event.type === 'run-started') return { ...event, plan: { ...event.plan, environment } };
  if (event.type !== 'run-finished') return event;
  const verdict = run % 11 === 10 ? 'infrastructure' : run % 3 === 0 ? 'failed' : 'passed';
  return { ...event, verdict, durationMs: 60_000 + ((run * 7_919) % 30_000) };
}
