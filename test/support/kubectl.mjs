#!/usr/bin/env node
// Stands in for kubectl and a cluster: `create` runs the pods of a Job here, by what its policy says. KUBECTL_STATE is a folder; its
// `image` is what a pod begins with.
import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const state = process.env.KUBECTL_STATE;
const [verb, ...words] = process.argv.slice(2);
if (verb === 'create' && words.join(' ') === '-f -') {
  for (const document of parseAllDocuments(readFileSync(0, 'utf8'))) await create(document.toJS());
} else if (verb === 'get' && words[0] === 'job') {
  process.stdout.write(readFileSync(join(state, words[1], 'condition'), 'utf8'));
} else if (verb === 'logs') {
  process.stdout.write(readFileSync(join(state, words[0].replace('job/', ''), 'log'), 'utf8'));
} else if (verb === 'get' && words[0] === 'pods') {
  const tries = readFileSync(join(state, words[2].replace('job-name=', ''), 'tries'), 'utf8')
    .trim()
    .split('\n');
  process.stdout.write(tries[0].split(' ')[1]);
} else {
  throw new Error(`not known here: kubectl ${verb} ${words.join(' ')}`);
}

async function create({ kind, metadata, data, spec }) {
  const folder = join(state, metadata.name);
  if (existsSync(folder)) throw new Error(`${kind} ${metadata.name} already exists`);
  mkdirSync(folder, { recursive: true });
  if (kind === 'ConfigMap') {
    for (const [name, text] of Object.entries(data)) writeFileSync(join(folder, name), text);
    return;
  }
  const indices = Array.from({ length: spec.completions ?? 1 }, (_, index) => index);
  const ended = await Promise.all(indices.map((index) => runIndex(index, { spec, folder })));
  writeFileSync(
    join(folder, 'condition'),
    ended.every(Boolean) ? 'SuccessCriteriaMet Complete' : 'FailureTarget Failed',
  );
}

async function runIndex(index, { spec, folder }) {
  for (let failures = 0; failures <= (spec.backoffLimitPerIndex ?? 0); failures += 1) {
    const exitCode = await runPod(index, spec.template.spec, folder);
    appendFileSync(join(folder, 'tries'), `${index} ${exitCode}\n`);
    if (exitCode === 0) return true;
    const rules = spec.podFailurePolicy?.rules ?? [];
    if (rules.some(({ onExitCodes }) => onExitCodes?.values.includes(exitCode))) return false;
  }
  return false;
}

function runPod(index, { containers: [container], volumes }, folder) {
  const home = mkdtempSync(join(state, 'pod-'));
  const workspace = join(home, 'workspace');
  cpSync(join(state, 'image'), workspace, { recursive: true, verbatimSymlinks: true });
  const mounts = container.volumeMounts.map(({ name, mountPath, subPath = '' }) => {
    const { configMap, persistentVolumeClaim } = volumes.find((volume) => volume.name === name);
    const path = join(state, configMap?.name ?? persistentVolumeClaim.claimName, subPath);
    mkdirSync(path, { recursive: true });
    return { mountPath, path };
  });
  const env = { JOB_COMPLETION_INDEX: String(index), HOME: home, PATH: process.env.PATH };
  const [program, ...args] = [...container.command, ...container.args].map((word) => inside(expand(word, env), mounts));
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => appendFileSync(join(folder, 'log'), chunk));
    }
    child.on('close', (code, signal) => done(signal === 'SIGKILL' ? 137 : code));
  });
}

/** `$(NAME)` is the value of a variable, `$$` a dollar, and what is no variable stays. */
function expand(word, env) {
  return word.replace(/\$\$|\$\(([^)]*)\)/g, (all, name) => (all === '$$' ? '$' : (env[name] ?? all)));
}

function inside(word, mounts) {
  return mounts.reduce(
    (text, { mountPath, path }) => text.replace(new RegExp(`(?<=^|[\\s"'])${mountPath}(?=$|[\\s"'/])`, 'g'), path),
    word,
  );
}
