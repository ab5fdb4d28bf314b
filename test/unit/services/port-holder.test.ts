import { describe, expect, it } from 'vitest';
import { describeHolders, listeningInodes } from '../../../src/services/port-holder.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0000000000000000 100 0 0 10 0
   1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 222 1 0000000000000000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 333 1 0000000000000000 100 0 0 10 0
   3: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 444 1 0000000000000000 100 0 0 10 0
   4: 0100007F:C350 0100007F:1F90 06 00000000:00000000 03:00000000 00000000     0        0 0 3 0000000000000000
`;

describe('listeningInodes', () => {
  it.each([
    { port: 8080, inodes: ['111', '222'] },
    { port: 80, inodes: ['444'] },
    { port: 50_000, inodes: [] },
  ])('finds who listens on $port, and not who is connected to it', ({ port, inodes }) => {
    expect(listeningInodes(table, port)).toEqual(inodes);
  });

  it.each(['', 'garbage\nmore garbage', table.slice(0, 150)])('finds nobody in what is no table', (text) => {
    expect(listeningInodes(text, 8080)).toEqual([]);
  });
});

describe('describeHolders', () => {
  it('names each, or says that they are not visible', () => {
    expect(
      describeHolders([
        { pid: 7, command: 'node a.mjs' },
        { pid: 8, command: 'b' },
      ]),
    ).toBe('node a.mjs (pid 7), b (pid 8)');
    expect(describeHolders([])).toBe('another process (which one is not visible to this user)');
  });
});
