import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readBuildDocument, writeBuildDocument } from '../../../src/commands/build-document.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { createEventPacker, unpackEvents } from '../../../src/queue/event-packer.ts';
import { parseJson } from '../../../src/queue/parse-json.ts';
import { createPlan } from '../../support/run-events.ts';

const warning: RunEvent = { type: 'warning', at: 1, message: 'x' };

async function unpack(packed: Buffer, limits?: { readonly bytes: number; readonly line: number }): Promise<number> {
  let count = 0;
  for await (const event of unpackEvents(packed, limits)) count += event.type === 'warning' ? 1 : 0;
  return count;
}

test('events of other machines come out as they went in', async () => {
  const packer = createEventPacker();
  for (let index = 0; index < 3; index += 1) packer.add(warning);
  expect(await unpack(Buffer.concat(packer.close()))).toBe(3);
});

test.each([
  ['no JSON', '{"type":'],
  ['no event', '{"type":"constructor","at":1}'],
  ['an event without what it is about', '{"type":"test-finished","at":1,"task":"a","attempt":1,"test":{}}'],
  ['what another machine told, which is no event', '{"type":"elsewhere","at":1,"worker":"w","lease":"l","event":{}}'],
  ['a plan without tasks', '{"type":"run-started","at":1,"runId":"a","planId":"b","plan":{"__proto__":{"tasks":[]}}}'],
])('%s among them is refused', async (_what, line) => {
  await expect(unpack(gzipSync(`${JSON.stringify(warning)}\n${line}\n`))).rejects.toThrow('no event');
});

test.each([
  ['a line without end', gzipSync('a'.repeat(1_000_000))],
  ['more lines than can be', gzipSync(`${JSON.stringify(warning)}\n`.repeat(30_000))],
])('%s is refused before it fills the memory', async (_what, packed) => {
  await expect(unpack(packed, { bytes: 900_000, line: 100_000 })).rejects.toThrow('too much');
});

test('what is damaged is an error, and what is no JSON is nothing', async () => {
  await expect(unpack(gzipSync('x').subarray(0, 8))).rejects.toThrow();
  expect([parseJson('{'), parseJson('[1]')]).toEqual([null, [1]]);
});

const request = {
  ...{ environment: 'local', categories: [], excludeCategories: [], layers: [], mode: null, suites: [] },
  ...{ components: [], patterns: [], keyword: null, markers: null, files: [], withDependencies: true },
};

test.each([
  ['is of another environment than it asks for', { environment: 'prod' }, 'two environments'],
  ['is made of something else', { tasks: [{ id: 'a' }] }, 'is no plan'],
])('a plan that %s is refused', (_what, changes, problem) => {
  const plan = { ...createPlan([]), environment: 'local', shards: [], ...changes };
  const text = writeBuildDocument({ version: '1', plan, request, config: 'c', extraArgs: [], switches: [] } as never);
  expect(() => readBuildDocument(text, 'b')).toThrow(problem);
});
