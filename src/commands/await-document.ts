import { InfrastructureError, InterruptedError } from '../errors.ts';
import { stoppedExitCode } from '../execution/cancel-reason.ts';
import { sleep } from '../io/sleep.ts';
import type { BuildQueue } from '../queue/build-queue.ts';

/** How long others are waited for that a build needs, in milliseconds. */
export const planWaitMs = 10 * 60_000;

/**
 * What a build is, as soon as somebody says so.
 * @throws InfrastructureError when nobody does for ten minutes, InterruptedError when it is cancelled before
 */
export async function awaitDocument(
  queue: Pick<BuildQueue, 'document'>,
  build: string,
  cancel: AbortSignal,
): Promise<string> {
  const until = performance.now() + planWaitMs;
  while (!cancel.aborted && performance.now() < until) {
    const text = await queue.document();
    if (text !== null) return text;
    await sleep(250, cancel);
  }
  if (cancel.aborted)
    throw new InterruptedError(
      `stopped while waiting for build ${JSON.stringify(build)}: nobody had begun it`,
      stoppedExitCode(cancel),
    );
  throw new InfrastructureError(
    `nobody has begun build ${JSON.stringify(build)} on this queue`,
    'one machine at least has to say what is to be run: runner run --queue <url> --build <id>',
  );
}
