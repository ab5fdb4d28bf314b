import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTasks } from '../../src/execution/run-tasks.ts';
import type { RunTools } from '../../src/execution/run-tools.ts';
import type { CancelReason, Outcome } from '../../src/model/outcome.ts';
import type { LeaseResult, ServiceLeases } from '../../src/ports.ts';
import { createRunRecord } from '../../src/results/run-record.ts';
import { verdictOf } from '../../src/results/verdict.ts';
import { aSuite, commandFramework } from '../support/execution-rig.ts';
import { endingsOf, verdictOfEndings } from './oracle.ts';
import { createRules } from './rules.ts';
import type { Rules } from './rules.ts';
import { createScriptedMachine } from './scripted-machine.ts';
import type { ScriptedMachine } from './scripted-machine.ts';
import type { Story } from './story.ts';

/** Runs a story through the loop that runs real tests, and holds it against rules and oracle. @throws when they differ */
export async function play(story: Story): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'runner-model-'));
  try {
    const rules = createRules(story);
    const record = createRunRecord();
    const outcomes = new Map<string, Outcome>();
    const emit: RunTools['emit'] = (body) => {
      record.apply({ ...body, at: machine.io.now() });
      if (body.type === 'run-cancelling') rules.stopped();
      if (body.type === 'task-finished') outcomes.set(body.task, body.outcome);
      rules.event(body);
    };
    const machine = createScriptedMachine(
      (mark) => {
        const [, task = '', attempt = ''] = mark.split('/');
        return story.acts.get(task)?.[Number(attempt) - 1] ?? assert.fail(`${mark} is one attempt too many`);
      },
      {
        spawned: (mark) => rules.spawned(mark.split('/')[1] ?? ''),
        gone: (mark) => rules.gone(mark.split('/')[1] ?? ''),
      },
    );
    emit({ type: 'run-started', format: 1, runId: 'model', planId: 'plan', plan: story.plan, shard: null });
    const signals = stopsOf(story, machine);
    await machine.runUntilDone(runTasks(story.plan, { ...toolsOf(story, { root, machine, rules }), signals, emit }));
    rules.over();
    if (record.state.cancelled === null) expectEndings(story, outcomes, verdictOf(record.state));
    else if (record.state.cancelled.kind === 'signal')
      assert.equal(verdictOf(record.state), story.stop?.signal === 'SIGINT' ? 'interrupted' : 'terminated');
    else assert.ok(['failed', 'infrastructure'].includes(verdictOf(record.state)), 'what stops at a failure is red');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function expectEndings(story: Story, outcomes: ReadonlyMap<string, Outcome>, verdict: string): void {
  const endings = endingsOf(story);
  for (const [id, { kind }] of endings) assert.equal(outcomes.get(id)?.kind, kind, `${id} ends as its script says`);
  assert.equal(verdict, verdictOfEndings([...endings.values()]), 'the verdict');
}

function stopsOf({ stop }: Story, machine: ScriptedMachine): RunTools['signals'] {
  const [cancel, kill] = [new AbortController(), new AbortController()];
  if (stop !== null) {
    const reason: CancelReason = { kind: 'signal', signal: stop.signal };
    machine.at(stop.atMs, () => cancel.abort(reason));
    if (stop.killAfterMs !== null) machine.at(stop.atMs + stop.killAfterMs, () => kill.abort(reason));
  }
  return { cancel: cancel.signal, kill: kill.signal };
}

function toolsOf(
  story: Story,
  { root, machine, rules }: { readonly root: string; readonly machine: ScriptedMachine; readonly rules: Rules },
): Omit<RunTools, 'signals' | 'emit'> {
  return {
    io: machine.io,
    leases: scriptedLeases(story, machine, rules),
    frameworks: new Map([['fixture', { ...commandFramework(), name: 'fixture' }]]),
    suites: { suite: aSuite('suite', { command: ['program'] }) },
    categories: {},
    settings: { graceMs: 300, slowAfterMs: 60_000, logLimitBytes: 1_000_000, teardownMs: 1000 },
    ...{ failFast: story.failFast, maxFailures: story.maxFailures, deadlineMs: null, extraArgs: [] },
    ...{ root, reportsDir: join(root, 'reports'), tmpDir: join(root, 'tmp'), pluginsDir: root, runId: 'model' },
    ...{ baseEnv: {}, overlayEnv: {}, lookup: () => null, masker: null },
  };
}

function scriptedLeases({ services }: Story, machine: ScriptedMachine, rules: Rules): ServiceLeases {
  return {
    async acquire({ needs }, signal): Promise<LeaseResult> {
      for (const service of needs) {
        const script = services[service];
        await machine.io.sleep(script?.startMs ?? 0, signal);
        if (signal.aborted) return { kind: 'cancelled' };
        if (script?.comes === 'failed') return { kind: 'failed', service, problem: 'it died' };
        if (script?.comes === 'unavailable') return { kind: 'unavailable', service, problem: 'not there', remedy: '' };
      }
      return { kind: 'ready', services: {} };
    },
    failureOf: () => null,
    release: (task) => rules.released(task),
    stopAll: () => Promise.resolve(),
  };
}
