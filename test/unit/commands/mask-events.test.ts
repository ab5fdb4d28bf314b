import { describe, expect, test } from 'vitest';
import { createMasker } from '../../../src/base/mask.ts';
import { createEventMask } from '../../../src/commands/mask-events.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { TestResult } from '../../../src/model/test.ts';

function maskFor(...secrets: string[]): (body: EventBody) => EventBody {
  const masker = createMasker(Object.fromEntries(secrets.map((value, index) => [`S${index}`, value])));
  if (masker === null) throw new Error('nothing to mask');
  return createEventMask(masker);
}

function finished(name: string, change: Partial<TestResult> = {}): EventBody {
  const test: TestResult = {
    id: { file: 'tests/a.py', className: 'tests.a', name },
    status: 'passed',
    synthetic: false,
    durationMs: 1,
    line: null,
    problems: [],
    skipReason: null,
    stdout: null,
    stderr: null,
    ...change,
  };
  return { type: 'test-finished', task: 'unit/api', attempt: 1, test };
}

function nameOf(body: EventBody): string {
  return body.type === 'test-finished' ? body.test.id.name : '';
}

describe('events of a run with secrets', () => {
  test.each<[string, EventBody]>([
    ['a warning', { type: 'warning', message: 'token hunter22 is old' }],
    ['a command', { type: 'attempt-started', task: 't', attempt: 1, command: ['curl', '-H hunter22'], cwd: '.' }],
    [
      'a service',
      {
        type: 'service-changed',
        service: 'db',
        generation: 1,
        change: { kind: 'unavailable', problem: 'hunter22 was refused', remedy: 'try hunter22' },
      },
    ],
    [
      'a test',
      finished('logs in with hunter22', {
        problems: [{ kind: 'failure', type: 'E<hunter22>', message: 'hunter22', details: 'at hunter22' }],
        stdout: 'hunter22',
        stderr: Buffer.from('hunter22').toString('base64'),
        skipReason: 'hunter22',
      }),
    ],
    [
      'an attempt',
      {
        type: 'attempt-finished',
        task: 't',
        attempt: 1,
        cause: 'first',
        outcome: { kind: 'report-unusable', path: 'r.xml', problem: 'hunter22' },
        durationMs: 1,
        log: { path: 'logs/t/1.log', bytes: 1, truncated: false, tail: 'hunter22' },
        leaked: ['sleep hunter22'],
      },
    ],
  ])('%s does not tell them', (_what, body) => {
    const masked = JSON.stringify(maskFor('hunter22')(body));
    expect(masked).toContain('***');
    expect(masked).not.toMatch(/hunter22|aHVudGVyMjI/);
  });

  test('a password that is a word of the format, or of the config, breaks neither', () => {
    const mask = maskFor('passed', 'unit', 'warning', 'finished');
    const body = finished('has passed');
    expect(mask(body)).toMatchObject({
      type: 'test-finished',
      task: 'unit/api',
      test: { status: 'passed', id: { name: 'has ***' } },
    });
    expect(mask({ type: 'warning', message: 'a warning' })).toEqual({ type: 'warning', message: 'a ***' });
  });

  test('tests that differ in their secrets only stay different, and the same in each attempt', () => {
    const mask = maskFor('hunter22', 'swordfish');
    const names = ['login[hunter22]', 'login[swordfish]', 'login[hunter22]', 'other', 'login[swordfish]'];
    expect(names.map((name) => nameOf(mask(finished(name))))).toEqual([
      'login[***]',
      'login[***] #2',
      'login[***]',
      'other',
      'login[***] #2',
    ]);
  });

  test('the event that is masked stays as it was', () => {
    const body: EventBody = { type: 'warning', message: 'hunter22' };
    maskFor('hunter22')(body);
    expect(body.message).toBe('hunter22');
  });
});
