// A Redis for one run: 127.0.0.1:$PORT, nothing kept.
import process from 'node:process';
import { findProgram, portFrom, runThrowAway } from './throw-away.mjs';

const port = portFrom(process.env);
const redis = findProgram('redis-server', { install: 'apt-get install redis-server' });

await runThrowAway({
  name: 'example-redis',
  user: 'redis',
  stopSignal: 'SIGTERM',
  steps: (home) => [
    [
      redis,
      ...['--bind', '127.0.0.1', '--port', port, '--dir', home],
      ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
      // A new title would be written over the environment, in which runner looks for its mark.
      ...['--set-proc-title', 'no'],
    ],
  ],
});
