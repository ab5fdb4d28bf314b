import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const names = ['connectivity', 'ping', 'authentication', 'isolation', 'after'];

function config(layer: string, commands: Readonly<Record<string, string>> = {}): string {
  const suites = names.map(
    (name) => `  ${name}: { framework: command, command: [sh, -c, '${commands[name] ?? 'true'}'] }`,
  );
  const categories = names.map((name) => `  ${name}: { tests: [{ suite: ${name} }] }`);
  return `version: 1
workers: 4
settings: { grace: 100ms }
suites:
${suites.join('\n')}
categories:
${categories.join('\n')}
layers:
  staged: ${layer}
`;
}

const staged = '{ stages: [[connectivity, ping], [authentication], [isolation, after]] }';

/** `category kind` in the order in which they ended. */
function ends({ events }: CliRun): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'task-finished' ? [`${event.task.split('/')[0] ?? ''} ${event.outcome.kind}`] : [],
  );
}

function summaryOf(rig: Rig): unknown {
  return JSON.parse(readFileSync(rig.path('reports/summary.json'), 'utf8'));
}

describe('a layer with stages', () => {
  test('runs one stage after the other when all pass', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config(staged, { connectivity: 'sleep 0.3' }) });
    const run = await rig.run('--layer', 'staged');
    expect(run.exitCode).toBe(0);
    expect(ends(run)[1]).toBe('connectivity passed');
    expect(ends(run)[2]).toBe('authentication passed');
    expect(summaryOf(rig)).toMatchObject({ layers: [{ name: 'staged', stoppedAt: null }] });
  });

  test('says in every report at which stage it stopped, and starts nothing of a later one', async () => {
    const commands = { authentication: 'exit 1', isolation: 'touch ran', after: 'touch ran' };
    await using rig = await createRig({ 'runner.config.yaml': config(staged, commands) });
    const run = await rig.run('--layer', 'staged', '--progress', 'lines');
    expect(run.exitCode).toBe(1);
    expect(ends(run).slice(2).toSorted()).toEqual([
      'after skipped',
      'authentication tests-failed',
      'isolation skipped',
    ]);
    const started = run.events.flatMap((event) => (event.type === 'attempt-started' ? [event.task] : []));
    expect(started).toHaveLength(3);
    expect(run.stdout.match(/stopped at stage 2 of 3 \(authentication\)/g)?.length).toBeGreaterThanOrEqual(3);
    expect(run.junit).toContain(
      'stopped at stage 2 of 3 (authentication) of layer staged: authentication did not pass',
    );
    expect(summaryOf(rig)).toMatchObject({
      layers: [{ stoppedAt: { layer: 'staged', number: 2, total: 3, categories: ['authentication'] } }],
    });
  });

  test('that stopped at its first stage says so of all later ones', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config(staged, { ping: 'exit 1' }) });
    const run = await rig.run('--layer', 'staged');
    const reasons = run.events.flatMap((event) =>
      event.type === 'task-finished' && event.outcome.kind === 'skipped' ? [event.outcome.because] : [],
    );
    expect(reasons).toHaveLength(3);
    for (const because of reasons) expect(because).toMatchObject({ kind: 'blocked', by: 'ping', stage: { number: 1 } });
  });

  test('goes on after a failure when it is told to', async () => {
    const layer = staged.replace(' }', ', stopOnFailure: false }');
    await using rig = await createRig({ 'runner.config.yaml': config(layer, { authentication: 'exit 1' }) });
    const run = await rig.run('--layer', 'staged');
    expect(run.exitCode).toBe(1);
    expect(ends(run).filter((end) => end.endsWith(' passed'))).toHaveLength(4);
  });

  test('shows its stages in the plan', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config(staged.replace(' }', ', budget: 2m }')) });
    const { stdout } = await rig.run('plan', '--layer', 'staged');
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'layer staged: in stages, each when all before passed: 1 connectivity, ping; 2 authentication; 3 isolation, after; 2m 00s for all of it',
    );
  });
});

describe('a layer with a budget', () => {
  test('is cut off when that is used up, and the rest of the run goes on', async () => {
    const layer = '{ categories: [connectivity, authentication], budget: 500ms }';
    const commands = { connectivity: 'sleep 60', after: 'while [ ! -e go ]; do sleep 0.05; done' };
    await using rig = await createRig({ 'runner.config.yaml': config(layer, commands) });
    const started = rig.start({}, '--layer', 'staged', '--category', 'after', '--progress', 'lines');
    const cut = await started.event(
      ({ type, ...rest }) => type === 'task-finished' && 'task' in rest && rest.task.startsWith('connectivity'),
    );
    expect(cut).toMatchObject({
      outcome: { kind: 'cancelled', reason: { kind: 'deadline', afterMs: 500, layer: 'staged' } },
    });
    await rig.write({ go: '' });
    const run = await started.finished;
    expect(run.exitCode).toBe(1);
    expect(ends(run)).toEqual(expect.arrayContaining(['authentication passed', 'after passed']));
    expect(run.stdout).toContain('the budget of 500ms of layer staged was used up');
  });

  test('that is enough changes nothing, and does not hold the run up', async () => {
    const layer = '{ categories: [connectivity], budget: 10m }';
    await using rig = await createRig({ 'runner.config.yaml': config(layer) });
    expect((await rig.run('--layer', 'staged')).exitCode).toBe(0);
  });
});
