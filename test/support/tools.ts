import { spawnSync } from 'node:child_process';
import { describe, it } from 'vitest';

/** A `describe` for tests of a real tool: where it is missing they are skipped, and fail where CI says that it has to be there. */
export function describeWith(tool: readonly string[], name: string, body: () => void): void {
  const reason = problemWith(tool);
  if (reason === null) return void describe(name, body);
  const required = process.env['RUNNER_TESTS_REQUIRE_TOOLS'] === '1';
  describe(name, () => {
    it.skipIf(!required)(`cannot be tested: ${reason}`, () => {
      throw new Error(reason);
    });
  });
}

/** Why a tool, called so that it does nothing, cannot be used; `null` = it can. */
export function problemWith([program = '', ...args]: readonly string[]): string | null {
  const { error, status } = spawnSync(program, args, { encoding: 'utf8' });
  if (error === undefined && status === 0) return null;
  const why = error?.message ?? `exit code ${String(status)}`;
  return `${[program, ...args].join(' ')} does not work here: ${why}`;
}
