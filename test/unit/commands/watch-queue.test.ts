import { describe, expect, test } from 'vitest';
import { createWatchQueue } from '../../../src/commands/watch-queue.ts';
import type { WatchQueue } from '../../../src/commands/watch-queue.ts';
import type { SeenChange } from '../../../src/workspace/watch-files.ts';

const change = (path: string, more: Partial<SeenChange> = {}): SeenChange => ({
  ...{ path, kind: 'present', isNew: false, atMs: 100 },
  ...more,
});

/** What runs next, in a word. */
function next(queue: WatchQueue, nowMs = 0): string | null {
  const wanted = queue.next(nowMs);
  return wanted?.kind === 'changes' ? wanted.paths.map(({ path }) => path).join(' ') : (wanted?.kind ?? null);
}

describe('what runs next', () => {
  test('changes come together, once', () => {
    const queue = createWatchQueue();
    queue.changed([change('a'), change('b')]);
    queue.changed([change('a')]);
    expect([next(queue), queue.isInVain]).toEqual(['a b', false]);
    queue.ended(100);
    expect(next(queue)).toBeNull();
  });

  test('a change during a run makes it vain, and what that was for comes again with it', () => {
    const queue = createWatchQueue();
    queue.changed([change('a')]);
    next(queue);
    queue.changed([change('b')]);
    expect(queue.isInVain).toBe(true);
    queue.ended(200);
    expect(next(queue)).toBe('b a');
    queue.ended(300);
    queue.ask({ kind: 'all' });
    next(queue);
    queue.changed([change('a')]);
    queue.ended(400);
    expect(next(queue)).toBe('all');
    queue.ended(500);
    expect(next(queue)).toBeNull();
  });

  test('a key makes a run vain and comes first', () => {
    const queue = createWatchQueue();
    queue.changed([change('a')]);
    next(queue);
    queue.ask({ kind: 'failed' });
    expect(queue.isInVain).toBe(true);
    queue.ended(200);
    expect([next(queue), queue.isInVain]).toEqual(['failed', false]);
    queue.ended(300);
    expect(next(queue)).toBe('a');
  });

  test('what tests write runs nothing, also when it is told late, for it is theirs', () => {
    const queue = createWatchQueue();
    queue.ask({ kind: 'all' });
    next(queue);
    queue.changed([change('out.xml', { isNew: true })]);
    expect(queue.isInVain).toBe(false);
    queue.ended(200);
    queue.changed([change('late.xml', { isNew: true, atMs: 199 }), change('out.xml', { kind: 'deleted', atMs: 250 })]);
    expect(next(queue)).toBeNull();
    expect([queue.takeHeld(), queue.takeHeld()]).toEqual([['out.xml', 'late.xml'], []]);
    queue.changed([change('a', { atMs: 300 })]);
    expect(next(queue)).toBe('a');
    queue.changed([change('out.xml', { atMs: 350 })]);
    expect([queue.isInVain, queue.takeHeld()]).toEqual([false, []]);
  });

  test('what was written before tests began is not theirs, although it is told later', () => {
    const queue = createWatchQueue();
    queue.changed([change('gen/1', { isNew: true, atMs: 90 })]);
    expect(next(queue, 100)).toBe('gen/1');
    queue.changed([change('gen/2', { isNew: true, atMs: 95 })]);
    expect(queue.isInVain).toBe(true);
    queue.changed([change('out.xml', { isNew: true, atMs: 105 })]);
    queue.ended(110);
    expect(next(queue, 120)).toBe('gen/2 gen/1');
    expect(queue.takeHeld()).toEqual(['out.xml']);
    queue.changed([change('late.xml', { isNew: true, atMs: 108 })]);
    expect([queue.isInVain, queue.takeHeld()]).toEqual([false, ['late.xml']]);
  });

  test('tests that change a file of the workspace each time end by being held', () => {
    const queue = createWatchQueue();
    queue.ask({ kind: 'all' });
    const ran: (string | null)[] = [];
    for (let at = 1; at < 10; at += 1) {
      const one = next(queue);
      ran.push(one);
      if (one === null) break;
      queue.changed([change('counter', { atMs: at * 100 })]);
      queue.ended(at * 100 + 50);
    }
    expect(ran).toEqual(['all', 'all', 'all', 'all', null]);
    expect(queue.takeHeld()).toEqual(['counter']);
    // From now on it is known.
    queue.changed([change('a', { atMs: 2000 })]);
    expect(next(queue)).toBe('a');
    queue.changed([change('counter', { atMs: 2050 })]);
    expect(queue.isInVain).toBe(false);
    queue.ended(2100);
    // Somebody else changes it while nothing runs.
    queue.changed([change('counter', { atMs: 2200 })]);
    expect(next(queue)).toBe('counter');
  });
});
