import { expect, test } from 'vitest';
import { writeCase } from '../../../src/reporters/junit-case.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { bytesOf, collect, createTest } from '../../support/run-events.ts';

test('a test whose call failed and whose tear-down erred is one error that says both', async () => {
  const result = createTest('both', {
    status: 'error',
    problems: [
      { kind: 'failure', type: 'AssertionError', message: 'in the call', details: 'line 1' },
      { kind: 'error', type: 'RuntimeError', message: 'in the tear-down', details: 'line 2' },
    ],
  });
  const written = writeCase({ className: 'c', name: 'both', result, earlier: [] });
  const items = await collect(readJunit(bytesOf(`<testsuite name="s">${written}</testsuite>`)));
  expect(items).toMatchObject([{ kind: 'case', case: { status: 'error' } }]);
  expect(items[0]).toMatchObject({
    case: { problems: [{ message: 'in the call', details: 'line 1' }, { message: 'in the tear-down' }] },
  });
});
