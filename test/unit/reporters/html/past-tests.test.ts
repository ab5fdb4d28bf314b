import { describe, expect, it } from 'vitest';
import { createPastTests, mostPastTests } from '../../../../src/reporters/html/past-tests.ts';
import type { PastTest, ReadPast } from '../../../../src/reporters/html/past-tests.ts';
import { createTask, createTest } from '../../../support/run-events.ts';

const task = createTask('unit/backend', { files: ['a.py'] });

/** Remembers that every test passed, and keeps what it was asked. */
function memory(): { readonly asked: PastTest[]; readonly read: ReadPast } {
  const asked: PastTest[] = [];
  return {
    asked,
    read(tests) {
      asked.push(...tests);
      return tests.map(() => ({ outcomes: 'pp', flakiness: null }));
    },
  };
}

describe('the past of the tests on a page', () => {
  it('is asked once, under the file that a test names or that its task ran, and kept by the key of the test', () => {
    const { asked, read } = memory();
    const past = createPastTests(read);
    past.add(task, createTest('one'), '0.0');
    past.add(task, createTest('two', { id: { file: null, className: 'c', name: 'two' } }), '0.1');
    past.add(task, createTest('made', { synthetic: true, status: 'error' }), '0.2');
    expect(past.read('local').history).toEqual({ '0.0': 'pp', '0.1': 'pp' });
    expect(asked.map(({ file, name }) => `${file} ${name}`)).toContain('a.py two');
    expect(asked).toHaveLength(2);
  });

  it('is asked of those that did not simply pass, where there are very many tests', () => {
    const { asked, read } = memory();
    const past = createPastTests(read);
    for (let at = 0; at <= mostPastTests; at += 1) past.add(task, createTest(`test ${at}`), `0.${at}`);
    past.add(task, createTest('fails', { status: 'failed' }), '1.0');
    past.add(task, createTest('is flaky', { flaky: true }), '1.1');
    expect(past.read('local').history).toEqual({ '1.0': 'pp', '1.1': 'pp' });
    expect(asked).toHaveLength(2);
  });

  it('is nothing where nothing is remembered or it cannot be read', () => {
    const past = createPastTests(undefined);
    past.add(task, createTest('one'), '0.0');
    expect(past.read('local').history).toBe(null);
    expect(createPastTests(() => null).read('local')).toEqual({ history: null, flakiness: {} });
  });
});
