// What the launchers in this folder share: they start a tool, note what it prints in a file of lines that outlives a kill, and print it readably.
// Plain JavaScript without dependencies. Nothing here is told to stop by a signal: the tool is, being in the same group, and its end is ours.

import { spawn, spawnSync } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';

const maxLine = 1024 * 1024;
// Someone whom the tool started and left behind may hold its output open.
const longestDrainMs = 2000;

/** Splits `--name=value... -- files... -- command... -- rest...`; an option may come more than once. */
export function readCall(words) {
  const parts = [[], [], [], []];
  let part = 0;
  for (const word of words) {
    if (word === '--' && part < 3) part += 1;
    else parts[part].push(word);
  }
  const options = new Map();
  for (const word of parts[0]) {
    const at = word.indexOf('=');
    const name = word.slice(2, at);
    options.set(name, [...(options.get(name) ?? []), word.slice(at + 1)]);
  }
  return { options, files: parts[1], command: parts[2], rest: parts[3] };
}

/** Opens the file of lines. */
export function createJournal(path) {
  const fd = openSync(path, 'a');
  return {
    /** Something of our own, beside what the tool says. */
    note: (what) => writeAll(fd, `${JSON.stringify(what)}\n`),
    /** What the tool said; it cannot say anything in our name. */
    lines: (lines) =>
      writeAll(fd, lines.map((line) => `${line.startsWith('{"runner":') ? ' ' : ''}${line}\n`).join('')),
  };
}

/** Prints to the log. */
export function say(text) {
  writeAll(1, text);
}

/** Runs a tool to its end. `onLines` gets what it printed, by stream; with `merged`, both are one, in the order in which they were written. */
export function runTool(argv, { merged, onLines }) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, ignore);
  const [program, ...args] = merged ? ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...argv] : argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', merged ? 'inherit' : 'pipe'] });
    const streams = [
      ['stdout', child.stdout],
      ['stderr', child.stderr],
    ].filter(([, stream]) => stream);
    const flushes = streams.map(([name, stream]) => splitLines(stream, (lines) => onLines(lines, name)));
    let ended = false;
    const end = (result) => {
      if (ended) return;
      ended = true;
      for (const [, stream] of streams) stream.destroy();
      for (const flush of flushes) flush();
      resolve(result);
    };
    child.on('error', (error) => end(cannotStart(argv[0], error)));
    child.on('exit', (code, signal) => setTimeout(() => end({ code, signal }), longestDrainMs).unref());
    child.on('close', (code, signal) => end({ code, signal }));
  });
}

/** What a tool prints on stdout, to be read whole; its stderr goes to the log. */
export function askTool(argv) {
  const asked = spawnSync(argv[0], argv.slice(1), {
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (asked.error) return { ...cannotStart(argv[0], asked.error), stdout: '' };
  return { code: asked.status, signal: asked.signal, stdout: asked.stdout };
}

/** Ends as the tool ended. */
export function leave({ code, signal }) {
  if (signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(128), 1000);
    return;
  }
  process.exit(code ?? 1);
}

function ignore() {}

function cannotStart(program, error) {
  const why = error.code === 'ENOENT' ? 'there is no such program on the PATH' : error.message;
  say(`cannot start ${program}: ${why}\n`);
  return { code: 127, signal: null };
}

function splitLines(stream, onLines) {
  let open = '';
  stream.setEncoding('utf8');
  stream.on('data', (text) => {
    const lines = text.split('\n');
    lines[0] = (open + lines[0]).slice(0, maxLine);
    open = lines.pop().slice(0, maxLine);
    if (lines.length > 0) onLines(lines);
  });
  return () => {
    if (open !== '') onLines([open]);
    open = '';
  };
}

function writeAll(fd, text) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      // A full pipe that does not block; anything else cannot be helped here, and a file that is not whole is found out.
      if (error.code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
