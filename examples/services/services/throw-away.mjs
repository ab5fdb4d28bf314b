// What both start scripts share: a private folder that is gone afterwards, a user without rights, and an end that is certain.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, chownSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** Runs the steps of a service one after the other in the foreground; the last one is the server itself. */
export async function runThrowAway({ name, user, stopSignal, steps }) {
  const running = { child: null, isStopping: false };
  const stop = () => {
    running.isStopping = true;
    running.child?.kill(stopSignal);
  };
  // Before anything is made, so that there is no moment in which a signal would leave it behind.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);

  const home = mkdtempSync(join(tmpdir(), `${name}-`));
  process.on('exit', () => rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  const account = accountOf(user);
  if (account !== null) chownSync(home, account.uid, account.gid);

  for (const argv of steps(home)) {
    const status = running.isStopping ? 0 : await runStep(argv, { running, account, home });
    if (running.isStopping) process.exit(0);
    if (status !== 0) process.exit(status);
  }
}

/** The path of a program: in `folder` if that is given, else on the PATH or `elsewhere`; ends the process if it is nowhere. */
export function findProgram(program, { folder, elsewhere = [], install }) {
  const folders = folder ? [folder] : [...(process.env.PATH ?? '').split(delimiter), ...elsewhere];
  const found = folders.map((one) => join(one, program)).find(isExecutable);
  if (found !== undefined) return found;
  const looked = folder ?? ['the PATH', ...elsewhere].join(', ');
  process.stderr.write(`${program} was not found in ${looked}; install it: ${install}\n`);
  process.exit(1);
}

/** The port that runner chose. */
export function portFrom(env) {
  if (/^[1-9]\d*$/.test(env.PORT ?? '')) return env.PORT;
  process.stderr.write(`PORT must be a port number, got ${JSON.stringify(env.PORT ?? null)}\n`);
  process.exit(2);
}

function runStep([program, ...args], { running, account, home }) {
  return new Promise((resolve) => {
    // The folder that runner works in may be closed to the other user, hence `cwd`. Descriptor 3 is held by all that the program
    // starts: `close` comes when the last of them has ended, and nobody writes in the folder any more.
    const child = spawn(program, args, { ...account, cwd: home, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    running.child = child;
    child.stdio[3]?.on('error', () => undefined).resume();
    child.on('error', (error) => {
      process.stderr.write(`${program} could not be started: ${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Root gives up its rights (Postgres refuses them anyway); everybody else stays who they are. */
function accountOf(user) {
  if (process.getuid?.() !== 0) return null;
  const name = [user, 'nobody'].find((one) => idOf('-u', one) !== null);
  return name === undefined ? null : { uid: idOf('-u', name), gid: idOf('-g', name) };
}

function idOf(kind, user) {
  const { status, stdout } = spawnSync('id', [kind, user], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
