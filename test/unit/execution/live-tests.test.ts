import { describe, expect, it } from 'vitest';
import { createLiveTests } from '../../../src/execution/live-tests.ts';
import type { LiveTests } from '../../../src/execution/live-tests.ts';
import type { TestId } from '../../../src/model/test.ts';

const id = (name: string): TestId => ({ file: 'a.py', className: 'a', name });

/** Applies words like `collect a`, `start a`, `end a`. */
function after(words: readonly string[], share = false): LiveTests {
  const tests = createLiveTests({ share });
  for (const [index, word] of words.entries()) {
    const [what, name = ''] = word.split(' ');
    if (what === 'collect') tests.collect({ id: id(name), line: 1 });
    else if (what === 'start') tests.start({ id: id(name), line: 1, startedAt: index });
    else tests.end(id(name));
  }
  return tests;
}

function open(tests: LiveTests, told: Readonly<Record<string, number>> = {}): object {
  const { running, waiting } = tests.unfinished(({ name }) => told[name] ?? 0);
  return { running: running.map((test) => test.id.name), waiting: waiting.map((test) => test.id.name) };
}

describe('tests that are not over', () => {
  it.each([
    ['are none when all have ended', ['collect a', 'start a', 'end a'], {}, [], []],
    ['run when they have begun', ['collect a', 'collect b', 'start a'], {}, ['a'], ['b']],
    ['run also when nobody collected them', ['start a'], {}, ['a'], []],
    ['are over when the report has them', ['collect a', 'start a', 'collect b'], { a: 1, b: 1 }, [], []],
    ['are over when others stand for them', ['collect a', 'start a', 'end a'], { b: 1 }, [], []],
    ['run once although they began twice', ['collect a', 'start a', 'start a'], {}, ['a'], []],
    ['wait once although they were collected twice', ['collect a', 'collect a'], {}, [], ['a']],
  ])('%s', (_title, words, told, running, waiting) => {
    expect(open(after(words), told)).toEqual({ running, waiting });
  });

  it('are counted where several have one name', () => {
    const words = ['collect a', 'collect a', 'collect a', 'start a', 'end a', 'start a'];
    expect(open(after(words, true), { a: 1 })).toEqual({ running: ['a'], waiting: ['a'] });
    expect(open(after(words, true), { a: 3 })).toEqual({ running: [], waiting: [] });
  });

  it('have the time of their begin', () => {
    expect(after(['collect a', 'start a']).unfinished(() => 0).running).toMatchObject([{ startedAt: 1 }]);
  });
});

describe('the running test', () => {
  it('is the one that began last, and is told once', () => {
    const tests = after(['collect a', 'collect b', 'start a', 'start b']);
    expect(tests.takeRunning()?.id.name).toBe('b');
    expect(tests.takeRunning()).toBeNull();
    tests.end(id('b'));
    expect(tests.takeRunning()?.id.name).toBe('a');
    tests.end(id('a'));
    expect(tests.takeRunning()).toBeNull();
    expect(tests.collected()).toBe(2);
  });
});
