/**
 * Works until no job has come for `idleSeconds`. A result is saved before its job leaves the queue: after a crash in
 * between the job is done again, and the first result stays.
 */
export async function work({ queue, results, handlers, idleSeconds }) {
  const done = { finished: 0, failed: 0 };
  for (let job = await queue.take(idleSeconds); job !== null; job = await queue.take(idleSeconds)) {
    const outcome = attempt(handlers, job);
    if (outcome.kind === 'failed') {
      await queue.fail(job, outcome.reason);
      done.failed += 1;
      continue;
    }
    await results.save(job.id, job.kind, outcome.value);
    await queue.finish(job);
    done.finished += 1;
  }
  return done;
}

function attempt(handlers, job) {
  if (!Object.hasOwn(handlers, job.kind)) return { kind: 'failed', reason: `nobody can do "${job.kind}"` };
  try {
    return { kind: 'done', value: handlers[job.kind](job.input) };
  } catch (error) {
    return { kind: 'failed', reason: error.message };
  }
}
