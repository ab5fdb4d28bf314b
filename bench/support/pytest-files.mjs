import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from './random.mjs';

/**
 * Makes pytest files whose times are lognormal (sigma 1.1) and add up to `totalSeconds`. A file has one to six tests of equal length, and a
 * test computes for a fifth of its time and waits for the rest, as tests of a system with a database do. Gives the seconds of each file.
 */
export function makePytestFiles(folder, { seed, count, totalSeconds }) {
  const random = createRandom(seed);
  const drawn = Array.from({ length: count }, () => Math.exp(1.1 * random.normal()));
  const sum = drawn.reduce((total, one) => total + one, 0);
  const tests = join(folder, 'tests');
  rmSync(tests, { recursive: true, force: true });
  mkdirSync(tests, { recursive: true });
  return drawn.map((one, index) => {
    const seconds = (one / sum) * totalSeconds;
    const parts = 1 + Math.floor(random.uniform() * 6);
    writeFileSync(join(tests, `test_${String(index).padStart(3, '0')}.py`), pytestFile(parts, seconds / parts));
    return { seconds, tests: parts };
  });
}

function pytestFile(tests, seconds) {
  const each = Array.from({ length: tests }, (_, index) => `def test_${index}():\n    work(${seconds.toFixed(6)})\n`);
  return `import time


def work(seconds):
    until = time.process_time() + seconds / 5
    while time.process_time() < until:
        pass
    time.sleep(seconds * 4 / 5)


${each.join('\n\n')}`;
}
