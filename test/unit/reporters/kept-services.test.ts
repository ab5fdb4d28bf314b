import { describe, expect, it } from 'vitest';
import type { ServiceChange } from '../../../src/model/event.ts';
import { keptNote, keptServiceLines } from '../../../src/reporters/kept-services.ts';

const ready = { kind: 'ready', provider: 'process', url: 'http://127.0.0.1:5', afterMs: 900 } as const;

function lines(...changes: readonly ServiceChange[]): readonly string[] {
  const services = new Map(changes.map((change, index) => [`service${index}`, { change, generation: 1, at: 0 }]));
  return keptServiceLines({ services });
}

describe('services that are left running', () => {
  it('are named with their addresses, and how they are ended', () => {
    expect(lines({ ...ready, stays: true }, { ...ready, url: null, stays: true })).toEqual([
      'Left running: service0 http://127.0.0.1:5, service1  (runner services down ends what is left running)',
    ]);
  });

  it('tell what they saved together', () => {
    expect(
      lines({ ...ready, provider: 'kept', stays: true, savedMs: 1200 }, { ...ready, stays: true, savedMs: 800 }).at(-1),
    ).toBe('Saved 2.0s by services that were running already');
    expect(keptNote({ ...ready, savedMs: 1200 })).toBe(', left running by an earlier run: saved 1.2s');
    expect(keptNote(ready)).toBe('');
  });

  it('are not those that stopped or failed, or run outside', () => {
    expect(lines(ready, { kind: 'stopped', afterMs: 1, leaked: [] }, { kind: 'failed', problem: 'x' })).toEqual([]);
  });
});
