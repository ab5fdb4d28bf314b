import { describe, expect, it } from 'vitest';
import { parseIdentity, parseJournal } from '../../../src/services/journal-lines.ts';

const process = { pid: 321, startTime: '77', host: 'here', boot: 'b', namespace: 'n' };
const head = { runId: 'run-1', runner: process, reportsDir: '/r', tmpDir: '/t', startedAt: 5 };
const run = { type: 'run', ...head };
const leader = { leader: process, mark: 'run-1/services/web/1' };
const group = { type: 'group', ...leader };

function text(...lines: readonly unknown[]): string {
  return lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
}

describe('a journal', () => {
  it('says whose it is and what was started', () => {
    expect(parseJournal(text(run, group, { type: 'compose', project: 'runner-run-1-ab' }))).toMatchObject({
      head,
      groups: [leader],
      projects: ['runner-run-1-ab'],
    });
  });

  it.each([
    ['a torn last line', '{"type":"group","leader":{"pid":32'],
    ['no JSON at all', '\u0000\u0000\u0000'],
    ['a line of a later version', { type: 'volume', name: 'x' }],
    ['a group without a mark', { ...group, mark: '' }],
    ['a group that is everybody', { ...group, leader: { ...process, pid: 1 } }],
    ['a group of a negative pid', { ...group, leader: { ...process, pid: -5 } }],
    ['a project that would be an option', { type: 'compose', project: '--all' }],
    ['a list', [1, 2]],
  ])('passes over %s', (_what, line) => {
    expect(parseJournal(text(run, line, group))).toMatchObject({ groups: [{ mark: group.mark }], projects: [] });
  });

  it('without a whole first line belongs to nobody', () => {
    expect(parseJournal('{"type":"run","runId":"ru').head).toBeNull();
    expect(parseJournal('').head).toBeNull();
  });

  it('takes a process only with a pid that one can have', () => {
    expect(parseIdentity(process)).toEqual(process);
    expect(parseIdentity({ ...process, startTime: 5 })).toEqual({ ...process, startTime: null });
    for (const wrong of [null, 'x', { ...process, pid: '321' }, { ...process, pid: 2.5 }, { ...process, host: null }]) {
      expect(parseIdentity(wrong)).toBeNull();
    }
  });
});
