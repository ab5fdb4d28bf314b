import { availableParallelism } from 'node:os';
import type { RunOrigin } from '../model/event.ts';
import { readGitHead } from '../workspace/git-head.ts';

/** A CI job checks out a commit; which branch it belongs to only its variables say. */
const branchVariables = [
  'GITHUB_HEAD_REF',
  'GITHUB_REF_NAME',
  'CI_COMMIT_REF_NAME',
  'BUILDKITE_BRANCH',
  'CIRCLE_BRANCH',
  'BRANCH_NAME',
];

/** Which code is tested, and where. */
export function readOrigin(root: string, env: Readonly<Record<string, string>>): RunOrigin {
  const { commit, branch } = readGitHead(root);
  const named = branchVariables.map((name) => env[name] ?? '').find((value) => value !== '');
  return {
    commit,
    branch: branch ?? named ?? null,
    clean: !['', 'false', '0'].includes(env['CI'] ?? ''),
    machine: {
      platform: process.platform,
      arch: process.arch,
      cpus: availableParallelism(),
      node: process.versions.node,
    },
  };
}
