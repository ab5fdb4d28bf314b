import { expect, it } from 'vitest';
import { createEventBridge } from '../../src/event-bridge.mjs';

const socket = () => {
  const received = [];
  return { received, send: (text) => received.push(JSON.parse(text).sequence) };
};

it('numbers events per user', () => {
  const bridge = createEventBridge();
  const [ada, bob] = [socket(), socket()];
  bridge.connect('ada', ada);
  bridge.connect('bob', bob);
  bridge.emit('ada', {});
  bridge.emit('bob', {});
  bridge.emit('ada', {});
  expect([ada.received, bob.received]).toEqual([[1, 2], [1]]);
});

it('lets a broken socket keep nothing from the others', () => {
  const bridge = createEventBridge();
  const good = socket();
  bridge.connect('ada', {
    send: () => {
      throw new Error('gone');
    },
  });
  bridge.connect('ada', good);
  bridge.emit('ada', {});
  expect(good.received).toEqual([1]);
  expect(bridge.connections()).toBe(1);
});

it('says when it no longer has all that was missed', () => {
  const bridge = createEventBridge({ historyLength: 2 });
  for (let index = 0; index < 3; index += 1) bridge.emit('ada', {});
  expect(bridge.since('ada', 1)).toMatchObject({ complete: true, events: [{ sequence: 2 }, { sequence: 3 }] });
  expect(bridge.since('ada', 0).complete).toBe(false);
  expect(bridge.since('ada', 3)).toEqual({ complete: true, events: [] });
});
