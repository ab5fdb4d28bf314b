/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from, to) => from + Math.floor(next() * (to - from + 1));
  return { next, whole, pick: (list) => list[whole(0, list.length - 1)] };
}

/** A small workspace: its files, its tests with what they do, and the words of the command line. */
export function makeWorkspace(random) {
  const suites = Array.from({ length: random.whole(1, 3) }, (_, index) => makeSuite(random, index));
  const retries = random.whole(0, 2);
  const hasService = random.next() < 0.5;
  const dependent = random.next() < 0.3 && suites.length > 1;
  const chosen = (from, to) =>
    suites
      .slice(from, to)
      .map(({ name }) => `{ suite: ${name} }`)
      .join(', ');
  const first = dependent ? 1 : suites.length;
  const config = `
version: 1
project: chaos
workers: ${random.whole(1, 4)}
settings: { grace: 1s, teardown: 5s }
suites:
${suites.map(({ line }) => line).join('\n')}
categories:
  unit: { tests: [${chosen(0, first)}], retries: ${retries}, timeout: 20s${hasService ? ', needs: [backend], missingService: fail' : ''} }
${dependent ? `  e2e: { tests: [${chosen(1)}], retries: ${retries}, timeout: 20s, dependsOn: [unit] }` : ''}
${hasService ? 'services:\n  backend: { process: { command: [sh, service.sh] }, health: [{ log: { pattern: ready } }] }' : ''}
`;
  return {
    files: {
      'runner.config.yaml': config,
      'service.sh': 'echo $$ > service.pid; sleep 600 & setsid sleep 600 & echo ready; wait\n',
      ...Object.assign({}, ...suites.map(({ files }) => files)),
    },
    tests: suites.flatMap(({ tests }) => tests),
    args: random.next() < 0.15 ? ['--fail-fast'] : [],
  };
}

const behaviours = ['pass', 'pass', 'pass', 'pass', 'pass', 'pass', 'slow', 'slow', 'flaky', 'fail'];

function makeSuite(random, index) {
  const name = `s${index}`;
  const kind = kinds[random.pick(['node', 'node', 'command', 'pytest'])];
  const files = Array.from({ length: kind.isOneFile ? 1 : random.whole(1, 2) }, (_, file) =>
    Array.from({ length: random.whole(1, 4) }, (_, test) => ({
      name: `test_${name}f${file}t${test}`,
      does: random.pick(behaviours),
      ms: random.whole(50, 400),
    })),
  );
  return {
    name,
    tests: files.flat(),
    line: `  ${name}: ${kind.line(name)}`,
    files: Object.fromEntries(files.map((tests, file) => [kind.path(name, file), kind.text(tests, name)])),
  };
}

/** Every test notes what it did with one append to a file that no runner knows. */
const kinds = {
  node: {
    line: (name) => `{ framework: node, files: ['${name}/*.test.mjs'] }`,
    path: (name, file) => `${name}/${file}.test.mjs`,
    text: (tests) => `
import { appendFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
const attempt = process.env.RUNNER_ATTEMPT;
${tests
  .map(
    ({ name, does, ms }) => `
test('${name}', async () => {
  ${does === 'slow' ? `await sleep(${ms});` : ''}
  const fails = ${does === 'fail'} || (${does === 'flaky'} && attempt === '1');
  appendFileSync(process.env.CHAOS_JOURNAL, '${name} ' + (fails ? 'fail' : 'pass') + '\\n');
  if (fails) throw new Error('meant');
});`,
  )
  .join('')}
`,
  },
  pytest: {
    line: (name) => `{ framework: pytest, files: ['${name}/test_*.py'] }`,
    path: (name, file) => `${name}/test_${name}_${file}.py`,
    text: (tests) => `
import os, time
def note(name, fails):
    with open(os.environ['CHAOS_JOURNAL'], 'a') as journal: journal.write(name + (' fail' if fails else ' pass') + '\\n')
    assert not fails
first = os.environ['RUNNER_ATTEMPT'] == '1'
${tests
  .map(
    ({ name, does, ms }) => `
def ${name}():
    time.sleep(${does === 'slow' ? ms / 1000 : 0})
    note('${name}', ${does === 'fail' ? 'True' : does === 'flaky' ? 'first' : 'False'})`,
  )
  .join('\n')}
`,
  },
  command: {
    isOneFile: true,
    line: (name) => `{ framework: command, command: [sh, ${name}.sh], junit: ${name}.xml }`,
    path: (name) => `${name}.sh`,
    // What it notes is in its report by then.
    text: (tests, suite) => `
cases=; notes=; code=0
${tests
  .map(
    ({ name, does, ms }) => `
sleep ${does === 'slow' ? ms / 1000 : 0}
if [ ${does} = fail ] || { [ ${does} = flaky ] && [ "$RUNNER_ATTEMPT" = 1 ]; }; then
  cases="$cases<testcase classname='c' name='${name}'><failure message='meant'/></testcase>"; notes="$notes ${name} fail\\n"; code=1
else
  cases="$cases<testcase classname='c' name='${name}'/>"; notes="$notes ${name} pass\\n"
fi`,
  )
  .join('')}
echo "<testsuite name='c'>$cases</testsuite>" > ${suite}.part && mv ${suite}.part ${suite}.xml
printf "$notes" | sed "s/^ //" >> "$CHAOS_JOURNAL"
exit $code
`,
  },
};
