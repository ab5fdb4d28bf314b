import { randomUUID } from 'node:crypto';

const maxTries = 3;

/**
 * Jobs in three Redis lists: waiting, active, dead. A job is in exactly one of them at any time, so that none is lost
 * when a worker dies between taking it and finishing it.
 */
export function createQueue(redis, name) {
  const [waiting, active, dead] = ['waiting', 'active', 'dead'].map((list) => `${name}:${list}`);
  // Sent in one go: what another caller sends on this connection must not come in between.
  const move = (job, list, replacement) =>
    Promise.all([
      redis.send('MULTI'),
      redis.send('LREM', active, 1, job.text),
      redis.send('LPUSH', list, JSON.stringify(replacement)),
      redis.send('EXEC'),
    ]);
  return {
    /** Adds a job and yields its id. */
    add: async (kind, input) => {
      const id = randomUUID();
      await redis.send('LPUSH', waiting, JSON.stringify({ id, kind, input, tries: 0 }));
      return id;
    },
    /** The job that waited longest; waits up to `seconds` for one to come, then yields `null`. The connection waits with it. */
    take: async (seconds) => {
      const text = await redis.send('BLMOVE', waiting, active, 'RIGHT', 'LEFT', seconds);
      return text === null ? null : { text, ...JSON.parse(text) };
    },
    /** The job is over. */
    finish: (job) => redis.send('LREM', active, 1, job.text),
    /** The job failed: it comes again, at most three times, then it is dead. */
    fail: (job, reason) => {
      const { id, kind, input } = job;
      const tries = job.tries + 1;
      return move(job, tries < maxTries ? waiting : dead, { id, kind, input, tries, reason });
    },
    /** Gives back what a dead worker held. Only while no worker is at work. */
    recover: async () => {
      let count = 0;
      while ((await redis.send('LMOVE', active, waiting, 'LEFT', 'RIGHT')) !== null) count += 1;
      return count;
    },
    counts: async () => ({
      waiting: await redis.send('LLEN', waiting),
      active: await redis.send('LLEN', active),
      dead: await redis.send('LLEN', dead),
    }),
    clear: () => redis.send('DEL', waiting, active, dead),
  };
}
