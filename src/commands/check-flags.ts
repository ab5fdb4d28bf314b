import { UsageError } from '../errors.ts';
import type { RunFlags } from './options.ts';

/**
 * Refuses options that contradict each other, and numbers that are none.
 * @throws UsageError
 */
export function checkFlags(flags: RunFlags): void {
  if (!flags.services && flags.realServices === true) {
    throw new UsageError(
      '--no-services and --real-services contradict each other',
      'the first starts no service, the second lets nothing be skipped for want of one: leave one out',
    );
  }
  if (!flags.services && flags.keepServices === true) {
    throw new UsageError(
      '--no-services and --keep-services contradict each other',
      'the first starts no service, the second leaves those running that were started: leave one out',
    );
  }
  if (flags.verbose === true && flags.quiet === true) {
    throw new UsageError('--verbose and --quiet contradict each other', 'leave one out');
  }
  if (repeatOf(flags) !== null && flags.detectFlakes === undefined && (retriesOf(flags) ?? 0) > 0) {
    throw new UsageError(
      '--repeat and --retries contradict each other',
      'the first shows how often a test fails, the second hides it: leave one out',
    );
  }
  refuseLastRunBeside(flags);
  refuseBesideQueue(flags);
  if (typeof flags.slowest === 'string') wholeNumber('--slowest', flags.slowest);
}

function refuseLastRunBeside(flags: RunFlags): void {
  const name = flags.failed === true ? '--failed' : '--failed-first';
  if (flags.failed !== true && flags.failedFirst !== true) return;
  if (flags.failed === true && flags.failedFirst === true) {
    throw new UsageError(
      '--failed and --failed-first contradict each other',
      'the first runs nothing but what failed, the second everything: leave one out',
    );
  }
  const shard =
    flags.queue !== undefined
      ? '--queue'
      : flags.plan !== undefined
        ? '--plan'
        : flags.shard !== undefined
          ? '--shard'
          : null;
  if (shard === null) return;
  throw new UsageError(
    `${name} and ${shard} contradict each other`,
    'the last run of this machine is not known to the others: leave one out',
  );
}

function refuseBesideQueue(flags: RunFlags): void {
  if (flags.queue === undefined) {
    const alone = flags.build !== undefined ? '--build' : flags.lease !== undefined ? '--lease' : null;
    if (alone !== null)
      throw new UsageError(`${alone} says something of a queue, and there is none`, 'write --queue <url>');
    return;
  }
  const stops = flags.failFast !== undefined && flags.failFast !== false && flags.failFast !== 'never';
  const other = [
    ...(flags.shard !== undefined ? ['--shard'] : []),
    ...(flags.plan !== undefined ? ['--plan'] : []),
    ...(flags.dryRun === true ? ['--dry-run'] : []),
    ...(stops ? ['--fail-fast'] : []),
    ...(flags.maxfail !== undefined ? ['--maxfail'] : []),
  ][0];
  if (other === undefined) return;
  throw new UsageError(
    `--queue and ${other} contradict each other`,
    'machines that share a queue run all of the plan, each as much as it can: leave one out',
  );
}

/** What `--retries` says, `null` without it. @throws UsageError when that is not a whole number from 0 to 10 */
export function retriesOf({ retries }: Pick<RunFlags, 'retries'>): number | null {
  if (retries === undefined) return null;
  if (/^(?:\d|10)$/.test(retries)) return Number(retries);
  throw new UsageError(`--retries ${retries} is not a whole number from 0 to 10`, 'write for example --retries 2');
}

/** What `--repeat` says, `null` without it. @throws UsageError when that is not a whole number from 2 to 1000 */
export function repeatOf({ repeat }: Pick<RunFlags, 'repeat'>): number | null {
  if (repeat === undefined) return null;
  if (/^(?:[2-9]|[1-9]\d{1,2}|1000)$/.test(repeat)) return Number(repeat);
  throw new UsageError(`--repeat ${repeat} is not a whole number from 2 to 1000`, 'write for example --repeat 20');
}

/** @throws UsageError when the text is not a whole number above zero. */
export function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new UsageError(`${option} ${text} is not a whole number above zero`, `write for example ${option} 10`);
  }
  return Number(text);
}
