import { describe, expect, test } from 'vitest';
import { createMasker } from '../../../src/base/mask.ts';
import { commandLine } from '../../../src/categories/command-line.ts';
import type { CommandContext } from '../../../src/commands/context.ts';
import { givenArguments, inheritFlags } from '../../../src/commands/inherit-flags.ts';
import type { RunStarted } from '../../../src/commands/load-chain.ts';
import type { RunFlags } from '../../../src/commands/options.ts';
import type { Config } from '../../../src/model/config.ts';
import type { GivenArguments } from '../../../src/model/event.ts';
import type { SelectionRequest } from '../../../src/model/selection.ts';
import { noAttention } from '../../support/attention.ts';
import { createPlan, startEvent, timed } from '../../support/run-events.ts';

const plain: RunFlags = { deps: true, docker: true, services: true, color: true };

function contextOf(changes: Partial<CommandContext> = {}): CommandContext {
  return {
    ...{ cwd: '/repo', env: {}, version: '1', program: ['runner'], extraArgs: [], switches: [] },
    out: { stream: process.stdout, isTty: false, columns: 80 },
    attention: noAttention,
    ...changes,
  };
}

function startOf(selection: readonly string[], given: GivenArguments = { options: [], extraArgs: [] }): RunStarted {
  const plan = { ...createPlan([]), selection, environment: 'staging' };
  const [event] = timed([startEvent(plan)]);
  if (event?.type !== 'run-started') throw new Error('no start');
  return { ...event, given };
}

function inherited(
  started: RunStarted,
  flags: Partial<RunFlags> = {},
  context = contextOf(),
): ReturnType<typeof inheritFlags> {
  return inheritFlags({ flags: { ...plain, ...flags }, context }, { started }, '/repo');
}

describe('a rerun', () => {
  test('is told everything that a selection can say', () => {
    const request: Required<SelectionRequest> = {
      ...{
        environment: 'staging',
        categories: ['unit', 'e2e'],
        excludeCategories: ['x'],
        excludeEnvironments: ['prod'],
      },
      ...{ layers: ['fast'], mode: 'nightly', suites: ['lib'], variants: ['py312'], components: ['api'] },
      ...{ patterns: ['*a,b*', '-c'], keyword: 'a or b', markers: 'slow', files: ['tests/a.py::t[=1]'] },
      withDependencies: false,
    };
    const words = commandLine({ environment: 'local' } as Config, request);
    expect(inherited(startOf(words)).flags).toEqual({
      ...plain,
      ...{ env: 'staging', category: ['unit', 'e2e'], excludeCategory: ['x'], excludeEnv: ['prod'], layer: ['fast'] },
      ...{ mode: 'nightly', suite: ['lib'], variant: ['py312'], service: ['api'], pattern: ['*a,b*', '-c'] },
      ...{ keyword: 'a or b', markers: 'slow', file: ['/repo/tests/a.py::t[=1]'], deps: false },
    });
  });

  test('says itself what it says; categories, layers and mode are one choice', () => {
    const started = startOf(['--category=unit', '--layer=fast', '--pattern=a', '--keyword=k']);
    expect(inherited(started, { category: ['e2e'], keyword: 'other' }).flags).toEqual({
      ...{ ...plain, env: 'staging', category: ['e2e'], pattern: ['a'], keyword: 'other' },
    });
    expect(inherited(started, { mode: 'nightly' }).flags).toEqual({
      ...{ ...plain, mode: 'nightly', pattern: ['a'], keyword: 'k' },
    });
    expect(inherited(started, { env: 'local' }).flags).toMatchObject({ env: 'local' });
  });

  test('runs with the same services, settings, switches and arguments, but with no permission', () => {
    const flags: RunFlags = {
      ...{ ...plain, docker: false, set: ['workers=2', 'suites.lib.env.T=hunter22'], realServices: true },
      ...{ preferStaging: true, allow: 'staging', allowProd: true, reports: 'out', timeout: '1s', workers: '3' },
    };
    const masker = createMasker({ TOKEN: 'hunter22' });
    const given = givenArguments(flags, contextOf({ switches: ['real-llm'], extraArgs: ['-q'] }), masker);
    expect(given).toEqual({
      options: ['--set=workers=2', '--no-docker', '--real-services', '--prefer-staging', '--switch=real-llm'],
      extraArgs: ['-q'],
    });
    const started = startOf([], given);
    const { flags: rerun, context } = inherited(started, { set: ['x=1'] }, contextOf({ switches: ['slow'] }));
    expect(rerun).toEqual({
      ...{
        ...plain,
        env: 'staging',
        docker: false,
        set: ['workers=2', 'x=1'],
        realServices: true,
        preferStaging: true,
      },
    });
    expect(context).toMatchObject({ switches: ['real-llm', 'slow'], extraArgs: ['-q'] });
    expect(inherited(started, {}, contextOf({ extraArgs: ['-v'] })).context.extraArgs).toEqual(['-v']);
    expect(inherited(started, { services: false }).flags.realServices).toBeUndefined();
    const without = startOf([], { options: ['--no-services'], extraArgs: [] });
    expect(inherited(without).flags.services).toBe(false);
    expect(inherited(without, { realServices: true }).flags.services).toBe(true);
  });

  test('is refused when a later version selected by something that this one does not know', () => {
    expect(() => inherited(startOf(['--moon-phase=full']))).toThrow('selected with --moon-phase');
  });
});
