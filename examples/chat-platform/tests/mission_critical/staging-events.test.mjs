import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { agentEvents } from '../../src/agent.mjs';
import { connect } from '../support/chat-client.mjs';
import { serviceUrl } from '../support/services.mjs';

const staging = process.env.RUNNER_ENV === 'staging';

describe('events in the environment under test', () => {
  it('come from a backend that says it is well', async () => {
    const response = await fetch(`${serviceUrl('backend')}/health`);
    expect([response.status, (await response.json()).status]).toEqual([200, 'ok']);
  });

  it('arrive in order from wherever the backend is', async () => {
    const client = await connect();
    const events = await client.say('count one two three');
    expect(events.map(({ type }) => type)).toEqual(agentEvents);
    expect(events.at(-1).answer).toBe('3 words');
    await client.close();
  });

  it.skipIf(!staging)('travel encrypted in staging', () => {
    expect(new URL(serviceUrl('backend')).protocol).toBe('https:');
    expect(new URL(serviceUrl('auth')).protocol).toBe('https:');
  });

  it.skipIf(!staging)('are answered by a backend on another machine in staging', () => {
    expect(['127.0.0.1', 'localhost', '[::1]']).not.toContain(new URL(serviceUrl('backend')).hostname);
  });
});
