import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/event.ts';
import type { Reporter } from '../../../src/ports.ts';
import { createFanOut } from '../../../src/reporters/fan-out.ts';

const event: RunEvent = { type: 'warning', message: 'w', at: 1 };

function recorder(log: string[], name: string): Reporter {
  return {
    onEvent: () => void log.push(name),
    close: () => {
      log.push(`${name} closed`);
      return Promise.resolve();
    },
  };
}

test('a reporter that throws is cut off and told once, and the others go on', async () => {
  const [log, broken]: [string[], string[]] = [[], []];
  const failing: Reporter = {
    onEvent() {
      throw new Error('disk full');
    },
    close: () => {
      log.push('never closed');
      return Promise.resolve();
    },
  };
  const fanOut = createFanOut(
    [
      { name: 'a', reporter: recorder(log, 'a') },
      { name: 'bad', reporter: failing },
      { name: 'b', reporter: recorder(log, 'b') },
    ],
    (name, error) => broken.push(`${name}: ${String(error)}`),
  );
  fanOut.onEvent(event);
  fanOut.onEvent(event);
  await fanOut.close();
  await fanOut.close();
  expect(log).toEqual(['a', 'b', 'a', 'b', 'b closed', 'a closed']);
  expect(broken).toEqual(['bad: Error: disk full']);
  expect(fanOut.broken).toEqual(['bad']);
});

test('a reporter that fails or hangs when it is closed is broken, and closing still ends', async () => {
  const log: string[] = [];
  const onEvent = (): void => undefined;
  const fanOut = createFanOut(
    [
      { name: 'rejects', reporter: { onEvent, close: () => Promise.reject(new Error('no')) } },
      {
        name: 'throws',
        reporter: {
          onEvent,
          close() {
            throw new Error('no');
          },
        },
      },
      { name: 'hangs', reporter: { onEvent, close: () => new Promise(() => undefined) } },
      { name: 'a', reporter: recorder(log, 'a') },
    ],
    () => undefined,
    { closeTimeoutMs: 20 },
  );
  await fanOut.close();
  expect([...fanOut.broken].sort()).toEqual(['hangs', 'rejects', 'throws']);
  expect(log).toEqual(['a closed']);
});

test('what is told of a reporter that fails when it is closed reaches those in front of it, and none that is closed', async () => {
  const seen: string[] = [];
  const listener = (name: string): Reporter => ({ onEvent: () => void seen.push(name) });
  const onEvent = (): void => undefined;
  const fanOut = createFanOut(
    [
      { name: 'front', reporter: listener('front') },
      { name: 'bad', reporter: { onEvent, close: () => Promise.reject(new Error('no')) } },
      { name: 'behind', reporter: listener('behind') },
    ],
    () => fanOut.onEvent(event),
  );
  await fanOut.close(() => seen.push('after'));
  expect(seen).toEqual(['front', 'after']);
});

test('a warning that is emitted about a broken reporter reaches the others', () => {
  const seen: string[] = [];
  const listener: Reporter = { onEvent: (one) => void seen.push(one.type === 'warning' ? one.message : one.type) };
  const failing: Reporter = {
    onEvent() {
      throw new Error('no');
    },
  };
  const fanOut = createFanOut(
    [
      { name: 'bad', reporter: failing },
      { name: 'good', reporter: listener },
    ],
    (name) => fanOut.onEvent({ type: 'warning', message: `${name} is broken`, at: 2 }),
  );
  fanOut.onEvent(event);
  expect(seen).toEqual(['bad is broken', 'w']);
});
