import assert from 'node:assert/strict';
import { it } from 'node:test';
import { agentEvents, runAgent } from '../../src/agent.mjs';
import { chooseTool } from '../../src/tools.mjs';

const collect = async (text) => {
  const events = [];
  for await (const event of runAgent({ id: 'm', text })) events.push(event);
  return events;
};

for (const [text, answer] of [
  ['add 1 2 3.5', '6.5'],
  ['count one two', '2 words'],
  ['hello there', '2 words'],
  ['reverse añb', 'bña'],
]) {
  it(`answers "${text}" with "${answer}"`, async () => {
    const events = await collect(text);
    assert.deepEqual(
      events.map(({ type }) => type),
      agentEvents,
    );
    assert.equal(events.at(-1).answer, answer);
  });
}

it('reports a failing tool in its last two events', async () => {
  const events = await collect('add x');
  assert.deepEqual(
    events.slice(3).map(({ error }) => error),
    ['"x" is not a number', '"x" is not a number'],
  );
});

it('takes no tool from the prototype of objects', () => {
  assert.equal(chooseTool('constructor now').name, 'count');
});
