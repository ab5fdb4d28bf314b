import { formatDuration } from '../base/duration.ts';
import { createMasker } from '../base/mask.ts';
import { oneLine } from '../base/text.ts';
import { exitCodes } from '../errors.ts';
import { stoppedExitCode } from '../execution/cancel-reason.ts';
import type { Config } from '../model/config.ts';
import type { EventBody } from '../model/event.ts';
import type { Task } from '../model/plan.ts';
import type { LeaseResult, StopSignals } from '../ports.ts';
import { openJournal } from '../services/run-journal.ts';
import type { CommandResult } from './context.ts';
import { load, withServiceTimeout } from './prepare.ts';
import { preferredEnvironment, refuseProtected } from './protection.ts';
import { newRunId } from './run-id.ts';
import { checkServiceNames } from './service-names.ts';
import { openServiceSession, refuseKeepingSecrets } from './service-session.ts';
import type { ServicesInput } from './services.ts';
import { openState, recover } from './state.ts';

/**
 * `runner services up [names...]`: starts services with what they need and leaves them running.
 *
 * @throws UsageError, ConfigError
 */
export async function servicesUp({ names, flags, context, signals }: ServicesInput): Promise<CommandResult> {
  const loaded = await load(flags, context);
  refuseProtected(loaded, flags, context.env);
  const masker = createMasker(loaded.secrets);
  refuseKeepingSecrets(loaded.environment.name, masker);
  const config = withServiceTimeout(loaded.config, flags.serviceTimeout);
  const wanted = checkServiceNames(names, Object.keys(config.services));
  if (wanted.length === 0) return { text: 'the config defines no services', exitCode: exitCodes.passed };

  const say = (line: string): void => void context.out.stream.write(`${line}\n`);
  const state = openState(loaded.root, context.env);
  for (const line of await recover(state, signals.kill)) say(line);
  const startedAt = Date.now();
  const runId = newRunId(startedAt);
  const journal = openJournal(
    { runId, startedAt, reportsDir: null, tmpDir: null },
    { stateDir: state.dir, processes: state.processes, warn: say },
  );
  const tasks = wanted.map(standIn);
  const session = openServiceSession({
    ...{ runId, loaded, config, context, masker, tasks, state, journal, shard: null },
    switchEnv: {},
    allow: {
      ...{ services: true, docker: flags.docker, real: true },
      preferred: preferredEnvironment(loaded.config, flags),
    },
    keep: true,
    logsDir: state.dir,
    emit: (event) => eventLines(event).forEach(say),
  });
  const copies = tasks.flatMap((task) => slotsOf(config, task).map((slot) => ({ task, slot })));
  const results = await Promise.all(
    copies.map(({ task, slot }) => session.leases.acquire(task, signals.cancel, { slot })),
  );
  await session.leases.stopAll(signals.kill);
  journal.close();
  return outcome(results, signals);
}

/** Services are leased to tasks. */
function standIn(service: string): Task {
  return {
    id: `services/${service}`,
    ...{ category: '', suite: '', framework: '', alsoIn: [], files: [], tests: {}, dependsOn: [], after: [] },
    ...{ conflicts: [], locks: [], slots: 1, exclusive: false, timeoutMs: 0, slowAfterMs: 0, settled: null },
    ...{ role: 'chosen', priority: 'normal', keyword: null, markers: null, missingService: 'fail', expectedMs: null },
    ...{ retries: 0, flaky: 'pass' },
    needs: [service],
  };
}

/** A slot for each copy of the service; what it needs has copies of its own, of which each serves several slots. */
function slotsOf({ services }: Config, { needs }: Task): readonly number[] {
  const instances = needs.flatMap((name) => services[name]?.instances ?? []);
  return Array.from({ length: Math.max(1, ...instances) }, (_, slot) => slot);
}

function eventLines(event: EventBody): readonly string[] {
  if (event.type === 'warning') return [`warning: ${event.message}`];
  if (event.type !== 'service-changed') return [];
  const { change } = event;
  const name = oneLine(event.service);
  switch (change.kind) {
    case 'starting':
      return [`${name} starting (${change.provider})`];
    case 'ready': {
      const url = change.url === null ? '' : `  ${change.url}`;
      const how = change.provider === 'kept' ? 'ran already' : `ready after ${formatDuration(change.afterMs)}`;
      const note = change.provider === 'external' ? ', not started by runner' : '';
      return [`${name}${url}  ${how}${note}`];
    }
    case 'failed':
    case 'unavailable':
      return [`${name} ${change.kind}: ${change.problem}`];
    case 'stopping':
      return [];
    case 'stopped':
      return [`${name} stopped again`];
  }
}

function outcome(results: readonly LeaseResult[], { cancel }: StopSignals): CommandResult {
  if (cancel.aborted) {
    return {
      text: 'interrupted; what was ready is left running (runner services down ends it)',
      exitCode: stoppedExitCode(cancel),
    };
  }
  const failed = results.filter((result) => result.kind !== 'ready').length;
  if (failed === 0) return { text: '', exitCode: exitCodes.passed };
  return {
    text: `${failed} of ${results.length} could not be started; what is ready is left running (runner services down ends it)`,
    exitCode: exitCodes.infrastructure,
  };
}
