import { guardSuite } from '../base/guard-names.ts';
import { command } from './command.ts';
import type { Framework } from './framework.ts';

/** The guards of a config, looked for by a process of this program; no suite of a config can name it. */
export const guards: Framework = {
  ...command,
  name: guardSuite,
  // A violation, or globs that match nothing; anything else says that it could not be judged.
  failedExitCodes: [1, 4],
  usageErrorExitCodes: [2],
  command({ suite, reportsDir, pluginsDir }) {
    const path = `${reportsDir}/guards.xml`;
    // What is said after `--` is for frameworks.
    const argv = [process.execPath, `${pluginsDir}/audit.mjs`, 'audit', ...suite.args, '--junit', path];
    return { argv, env: {}, report: { kind: 'files', paths: [path] } };
  },
  // It looks into everything whatever it finds.
  stoppedEarly: () => false,
};
