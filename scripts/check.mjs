// `npm run check`: everything that must hold before a commit, in one command. `--static` leaves the tests out.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';

const bin = (name) => `node_modules/.bin/${name}`;
const node = process.execPath;

/** Steps of one stage run two at a time; a later stage needs what an earlier one made. */
const stages = [
  [
    { name: 'types', argv: [bin('tsc'), '--noEmit', '-p', '.'] },
    { name: 'types of the page', argv: [bin('tsc'), '--noEmit', '-p', 'src/reporters/html/client'] },
    { name: 'build', argv: [node, 'scripts/build.mjs'] },
  ],
  [
    { name: 'lint', argv: [bin('eslint'), '.', '--max-warnings', '0'] },
    { name: 'format', argv: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
    { name: 'layers', argv: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'src'] },
    { name: 'unused', argv: [bin('knip')] },
    { name: 'package', argv: [bin('publint'), '--strict'] },
    { name: 'generated files', argv: [node, 'scripts/generate.mjs', '--check'] },
  ],
];
if (!process.argv.includes('--static')) {
  const reporters = ['--reporter=default', '--reporter=json', '--outputFile.json=reports/check/vitest.json'];
  stages.push([{ name: 'tests', argv: [bin('vitest'), 'run', ...reporters], live: true }]);
}

rmSync('reports/check', { recursive: true, force: true });
mkdirSync('reports/check', { recursive: true });

const failed = [];
for (const stage of stages) {
  const queue = [...stage];
  await Promise.all([worker(queue), worker(queue)]);
  if (failed.length > 0) break;
}
if (failed.length > 0) {
  console.error(`\ncheck failed: ${failed.join(', ')}`);
  process.exit(1);
}

async function worker(queue) {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const startedAt = performance.now();
    const { code, output } = await run(step);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds}s)`);
    if (code === 0) continue;
    process.stdout.write(output);
    failed.push(step.name);
  }
}

function run({ argv, live }) {
  return new Promise((resolve) => {
    const child = spawn(argv[0], argv.slice(1), {
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
