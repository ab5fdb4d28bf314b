import { expect, it } from 'vitest';
import { connect, newUser } from '../support/chat-client.mjs';
import { fetchToken, postJson, serviceUrl } from '../support/services.mjs';

it('a user talks, loses the connection, comes back and has missed nothing', async () => {
  const user = newUser();
  const phone = await connect(user);
  expect((await phone.say('add 1 2')).at(-1).answer).toBe('3');
  await phone.drop();

  const laptop = await connect(user);
  expect(laptop.ready.sequence).toBe(5);
  laptop.send({ type: 'resume', after: 0 });
  const resumed = await laptop.next(({ type }) => type === 'resumed');
  expect(resumed).toEqual({ type: 'resumed', complete: true, count: 5 });
  expect((await laptop.say('reverse olleh')).at(-1)).toMatchObject({ answer: 'hello', sequence: 10 });
  await laptop.close();
});

it('signing out keeps the open conversation and refuses the next', async () => {
  const user = newUser();
  const token = await fetchToken(user);
  const client = await connect(user, { token });
  await postJson(`${serviceUrl('auth')}/revoke`, { token });
  expect((await client.say('add 2 2')).at(-1).answer).toBe('4');
  await client.close();
  await expect(connect(user, { token })).rejects.toThrow('401');
});
