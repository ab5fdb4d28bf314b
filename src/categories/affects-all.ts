import { compileGlobs } from '../base/glob.ts';

/** Compiled for the first file: most plans are not asked about changes. */
let known: ReturnType<typeof compileKinds> | null = null;

/** Why a change to this file may change the result of any test; `null` = it need not. */
export function affectsAll(path: string): string | null {
  known ??= compileKinds();
  return known.find(({ matches }) => matches(path))?.because ?? null;
}

const compileKinds = () => [
  {
    because: 'says which versions of libraries are used',
    matches: anywhere([
      '{package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock,bun.lockb,deno.lock}',
      '{poetry,uv,pdm,Pipfile,Cargo,Gemfile,composer,flake}.lock',
      '{requirements,constraints}*.txt',
      '{go.mod,go.sum,go.work,go.work.sum,gradle.lockfile}',
    ]),
  },
  {
    because: 'is of CI',
    matches: compileGlobs([
      '.github/{workflows,actions}/**',
      '{.circleci,.buildkite,.woodpecker}/**',
      '{.gitlab-ci.yml,azure-pipelines.yml,bitbucket-pipelines.yml,.travis.yml,.drone.yml,Jenkinsfile}',
    ]),
  },
  {
    because: 'says what containers are made of',
    matches: anywhere(['{Dockerfile,Containerfile}*', '*.{Dockerfile,Containerfile}', '{docker-,}compose*.{yml,yaml}']),
  },
];

function anywhere(names: readonly string[]): (path: string) => boolean {
  const matches = compileGlobs(names);
  return (path) => matches(path.slice(path.lastIndexOf('/') + 1));
}
