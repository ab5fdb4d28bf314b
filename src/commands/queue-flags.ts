import { UsageError } from '../errors.ts';
import { parseQueueUrl } from '../queue/queue-url.ts';
import type { QueueAddress } from '../queue/queue-url.ts';
import type { RunFlags } from './options.ts';
import { duration } from './prepare.ts';

/** The build on a queue that the command line names. */
export interface NamedBuild {
  readonly address: QueueAddress;
  readonly build: string;
  readonly leaseMs: number;
}

const defaultLeaseMs = 10_000;

/** @throws UsageError when `--queue` or `--build` is missing or cannot be understood */
export function namedBuild(flags: Pick<RunFlags, 'queue' | 'build' | 'lease'>): NamedBuild {
  if (flags.queue === undefined) {
    throw new UsageError('it is not said which queue', 'write --queue redis://host:6379/0 --build <id>');
  }
  const address = parseQueueUrl(flags.queue);
  if (flags.build === undefined || flags.build === '') {
    throw new UsageError(
      '--queue needs --build: what all machines of this build, and no others, call it',
      'write for example --build "$CI_PIPELINE_ID"',
    );
  }
  const leaseMs = flags.lease === undefined ? defaultLeaseMs : duration('--lease', flags.lease);
  if (leaseMs < 500) throw new UsageError(`--lease ${flags.lease ?? ''} is too short`, 'write 500ms or more');
  return { address, build: flags.build, leaseMs };
}
