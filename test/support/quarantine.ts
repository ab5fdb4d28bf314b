import { casesOf } from './junit-cases.ts';
import type { CliRun } from './rig.ts';

/** A day that many days from today, in UTC. */
export const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export interface Entry {
  readonly test: string;
  readonly until?: string;
}

/** A pytest suite, unless said otherwise, with these tests in quarantine. */
export function quarantineConfig(entries: readonly Entry[], suite = 'framework: pytest', category = ''): string {
  const lines = entries.map(
    ({ test: name, until = day(30) }) =>
      `  - { test: ${JSON.stringify(name)}, owner: team-chat, until: ${until}, reason: "#1234" }\n`,
  );
  return `version: 1
project: quarantine
workers: 1
suites: { lib: { ${suite} } }
categories: { unit: { tests: [{ suite: lib }]${category} } }
quarantine:
${lines.join('')}`;
}

/** One test that passes and one that fails. */
export const mixed = `
import os
def test_good():
    pass
class TestChat:
    def test_reconnect(self):
        with open(os.path.join(os.path.dirname(__file__), "ran.log"), "a") as log:
            log.write("ran\\n")
        print("said before")
        raise AssertionError("known to fail")
`;

/** Name and status of each case of the report. */
export function statusesOf(run: CliRun): readonly string[] {
  return casesOf(run.junit).map(({ name, status }) => `${name} ${status}`);
}
