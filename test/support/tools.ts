import { spawnSync } from 'node:child_process';
import { describe, it } from 'vitest';

/** A `describe` for tests of a real tool: where it is missing they are skipped, and fail where CI says that it has to be there. */
export function describeWith(tool: readonly string[], name: string, body: () => void): void {
  const [program = '', ...args] = tool;
  const { error, status } = spawnSync(program, args, { encoding: 'utf8' });
  if (error === undefined && status === 0) return void describe(name, body);
  const reason = `${tool.join(' ')} does not work here: ${error?.message ?? `exit code ${String(status)}`}`;
  const required = process.env['RUNNER_TESTS_REQUIRE_TOOLS'] === '1';
  describe(name, () => {
    it.skipIf(!required)(`cannot be tested: ${reason}`, () => {
      throw new Error(reason);
    });
  });
}
