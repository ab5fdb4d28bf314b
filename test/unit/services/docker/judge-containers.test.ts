import { expect, it } from 'vitest';
import { judgeContainers } from '../../../../src/services/docker/judge-containers.ts';
import type { Container } from '../../../../src/services/docker/containers.ts';

const container = (state: string, over: Partial<Container> = {}): Container => ({
  id: 'a',
  name: 'a',
  state,
  health: null,
  exitCode: 0,
  ports: [],
  ...over,
});

it.each<[string, readonly Container[], 'one-shot' | 'server', string]>([
  ['running without a health check', [container('running')], 'server', 'ready'],
  ['running and healthy', [container('running', { health: 'healthy' })], 'server', 'ready'],
  ['running and not yet healthy', [container('running', { health: 'starting' })], 'server', 'not-yet'],
  ['unhealthy', [container('running', { health: 'unhealthy' })], 'server', 'over'],
  ['not started yet', [container('created')], 'server', 'not-yet'],
  ['paused by somebody', [container('paused')], 'server', 'not-yet'],
  ['being restarted', [container('restarting', { exitCode: 1 })], 'server', 'not-yet'],
  ['ended with 7', [container('exited', { exitCode: 7 })], 'server', 'over'],
  ['ended with 0 without being meant to', [container('exited')], 'server', 'over'],
  ['dead', [container('dead')], 'server', 'over'],
  ['removed', [], 'server', 'over'],
  ['a one-shot that runs', [container('running')], 'one-shot', 'not-yet'],
  ['a one-shot that ended with 0', [container('exited')], 'one-shot', 'ready'],
  ['a one-shot that ended with 1', [container('exited', { exitCode: 1 })], 'one-shot', 'over'],
  ['two of which one is not ready', [container('running'), container('created')], 'server', 'not-yet'],
  ['two of which one has ended', [container('created'), container('exited', { exitCode: 1 })], 'server', 'over'],
])('%s', (_title, containers, kind, expected) => {
  expect(judgeContainers(containers, kind === 'one-shot').kind).toBe(expected);
});
