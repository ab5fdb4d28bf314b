import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Starts commands from a small process of its own, so that neither the size of this one nor its event loop is measured.
 * `run` takes `{ argv, cwd, env, expect, terminal }` and gives `{ wallMs, cpuMs, rssMiB, output() }`; it throws when the exit code is not `expect` (0).
 */
export function openStopwatch() {
  const process_ = spawn('python3', [join(import.meta.dirname, 'stopwatch.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  const output = join(tmpdir(), `runner-bench-output-${process.pid}`);
  return {
    async run({ argv, cwd = tmpdir(), env = baseEnv(), expect = 0, terminal = false, timeoutSeconds = 900 }) {
      process_.stdin.write(`${JSON.stringify({ argv, cwd, env, output, terminal, timeoutSeconds })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('the stopwatch has stopped: python3 is needed to measure');
      const measured = JSON.parse(value);
      if (expect !== null && ![expect].flat().includes(measured.exitCode)) {
        const said = readFileSync(output, 'utf8').slice(-2000);
        throw new Error(`${argv.join(' ')} ended with ${measured.exitCode}:\n${said}`);
      }
      return { ...measured, output: () => readFileSync(output, 'utf8') };
    },
    close: () => process_.stdin.end(),
  };
}

/** The environment of everything that is measured: nothing in it changes how long a start takes. */
export function baseEnv(more = {}) {
  const env = { ...process.env, ...more };
  for (const name of Object.keys(env))
    if (/^(npm_|NODE_|CI$|GITHUB_|RUNNER|TURBO_|FORCE_COLOR)/.test(name)) delete env[name];
  return env;
}
