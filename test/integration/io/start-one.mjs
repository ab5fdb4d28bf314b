// Starts one program and says how it ended: `start-one.mjs <folder for its log>`, alone or as a worker thread.
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { createIo } from '../../../src/io/node-io.ts';

const cwd = process.argv[2];
const [argv, env, mark] = [['sh', '-c', 'sleep 0.1; exit 5'], { PATH: process.env.PATH }, `start-one-${process.pid}`];
const child = createIo().spawn({ argv, cwd, env, mark, logPath: join(cwd, `${mark}.log`), logLimitBytes: 1000 });
const exited = await child.exited;
if (parentPort) parentPort.postMessage(exited);
else console.log(JSON.stringify(exited));
