import process from 'node:process';
import { connectPostgres } from '../../src/postgres.mjs';
import { createQueue } from '../../src/queue.mjs';
import { connectRedis } from '../../src/redis.mjs';
import { createResults } from '../../src/results.mjs';

/** The results of an empty database that nobody else uses: the one of this task's slot. */
export async function freshResults() {
  const database = setting('PGDATABASE');
  const server = connectPostgres({ ...process.env, PGDATABASE: 'postgres' });
  await server.query('drop database if exists :"name" with (force);\ncreate database :"name";', { name: database });
  const results = createResults(connectPostgres(process.env));
  await results.prepare();
  return results;
}

/** An empty queue that nobody else uses: the one of this task's slot. `connect` opens another connection to the same. */
export async function freshQueue() {
  const connections = [];
  const connect = () => {
    const redis = connectRedis({ host: setting('REDIS_HOST'), port: setting('REDIS_PORT') });
    connections.push(redis);
    return createQueue(redis, setting('QUEUE'));
  };
  const queue = connect();
  await queue.clear();
  return { queue, connect, close: () => connections.forEach((redis) => redis.close()) };
}

function setting(name) {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: run these tests with runner, which starts the services`);
  }
  return value;
}
