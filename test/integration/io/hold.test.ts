import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { createFamily } from '../../../src/io/family.ts';
import { whileHeld } from '../../../src/io/hold.ts';
import { encodeMark } from '../../../src/io/mark.ts';
import { createProcessTable } from '../../../src/io/processes.ts';
import { findMarked, isLinux, makeFolder, never, start } from './support.ts';

const write = (name: string): string => `sh -c 'while :; do echo x >> ${name}; done'`;

describe.runIf(isLinux)('while a child is held', () => {
  test('neither its group nor what left it writes, and all of it goes on after that', async () => {
    const folder = makeFolder();
    const { child, mark } = start(['sh', '-c', `${write('group')} & setsid ${write('stray')} & wait`], { cwd: folder });
    const sizes = (): number[] => ['group', 'stray'].map((name) => statSync(join(folder, name)).size);
    await vi.waitFor(() => expect(Math.min(...sizes())).toBeGreaterThan(0), { timeout: 20_000 });
    const seen: { before: number[]; after: number[]; isHeld: boolean }[] = [];
    for (let round = 0; round < 5; round += 1) {
      await whileHeld(familyOf(mark), (isHeld) => seen.push({ before: sizes(), after: later(sizes), isHeld }), no);
    }
    // A machine that is busy may not let them stop in time, which is then said.
    const held = seen.filter(({ isHeld }) => isHeld);
    expect(held.length).toBeGreaterThan(0);
    for (const { before, after } of held) expect(after).toEqual(before);
    const last = sizes();
    await vi.waitFor(() => expect(sizes().every((size, at) => size > (last[at] ?? 0))).toBe(true), { timeout: 20_000 });
    await child.end(500, never);
  });

  test('what had stopped by itself stays stopped', async () => {
    const { child, mark } = start(['sh', '-c', 'sh -c "kill -STOP \\$\\$" & wait']);
    const states = (): string[] => findMarked(mark).map(stateOf).sort();
    await vi.waitFor(() => expect(states()).toEqual(['S', 'T']), { timeout: 20_000 });
    await whileHeld(familyOf(mark), () => expect(states()).toEqual(['T', 'T']), no);
    await vi.waitFor(() => expect(states()).toEqual(['S', 'T']), { timeout: 20_000 });
    await child.end(500, never);
  });

  test('it stays so when the runner itself is suspended meanwhile', async () => {
    const { child, mark } = start(['sleep', '600']);
    await whileHeld(
      familyOf(mark),
      () => undefined,
      () => true,
    );
    expect(findMarked(mark).map(stateOf)).toEqual(['T']);
    await child.end(500, never);
  });
});

const no = (): boolean => false;

function familyOf(mark: string): ReturnType<typeof createFamily> {
  const own = encodeMark(mark);
  return createFamily(createProcessTable(), null, { matches: (marks) => marks.includes(own) });
}

/** Nothing of this process runs meanwhile either. */
function later<T>(look: () => T): T {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
  return look();
}

function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.charAt(stat.lastIndexOf(')') + 2);
}
