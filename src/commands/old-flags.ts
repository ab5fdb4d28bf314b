import { didYouMean } from '../base/suggest.ts';
import { UsageError } from '../errors.ts';

/** A flag of `unified_test_runner.py`, or one that its users wrote although it had none. */
export interface OldFlag {
  readonly flag: string;
  readonly short?: string;
  /** Takes a word after it, so that this is not a file to run. */
  readonly value?: true;
  /** What to write, or why nothing need be written. */
  readonly instead: string;
}

/** Old flags that are refused; what is accepted under its old name is an option or one of its `aliases`. */
export const goneFlags: readonly OldFlag[] = [
  // Selection
  { flag: '--level', value: true, instead: 'write --category <name>, or --mode <name> for several' },
  { flag: '--module', value: true, instead: 'write --file <path>, or --suite <name>' },
  { flag: '--test', value: true, instead: 'write --file <path>, or -k <expression> for names of tests' },
  { flag: '--marker', value: true, instead: 'write --markers <expression>' },
  {
    flag: '--resume-from',
    value: true,
    instead: 'write runner rerun: it runs what has not passed yet of the last run',
  },
  {
    flag: '--no-phase-dependencies',
    instead: 'write --no-deps; there are no phases: only what depends on a failed category is held back',
  },
  // Environment
  {
    flag: '--real-llm',
    instead: 'define it in runner.config.yaml: switches: { real-llm: { env: { USE_REAL_LLM: "true" } } }',
  },
  { flag: '--staging-e2e', instead: 'write --category e2e --env staging' },
  { flag: '--auto-services', instead: 'leave it out: services that a category needs are started by themselves' },
  { flag: '--service-category', value: true, instead: 'leave it out: a category names its services with "needs"' },
  { flag: '--no-service-cleanup', instead: 'write --keep-services; runner services down ends them' },
  // Docker
  { flag: '--docker-bypass', instead: 'write --no-docker' },
  { flag: '--docker-pull-policy', value: true, instead: 'write pull_policy in the compose file' },
  {
    flag: '--docker-dedicated',
    instead: 'leave it out: each run has containers, networks and volumes of its own',
  },
  { flag: '--docker-force-restart', instead: 'leave it out: each run starts containers of its own' },
  { flag: '--docker-production', instead: 'name the images in the compose file' },
  { flag: '--docker-no-cleanup', instead: 'write --keep-services; runner services down ends them' },
  { flag: '--docker-stats', instead: 'write runner services status' },
  { flag: '--no-alpine', instead: 'name the images in the compose file' },
  { flag: '--no-rebuild', instead: 'leave it out: an image is built when it is missing' },
  { flag: '--rebuild-all', instead: 'write docker compose build before the run' },
  // Execution
  { flag: '--parallel', instead: 'leave it out: tests run in parallel anyway, -j <n> says in how many slots' },
  { flag: '--splitting-strategy', value: true, instead: 'leave it out: files are split by their recorded times' },
  { flag: '--window-size', value: true, instead: 'write --shards <n> or --target <duration> with runner plan' },
  { flag: '--disable-auto-split', instead: 'write --set suites.<name>.batch=all' },
  { flag: '--min-coverage', value: true, instead: 'write minCoverage in the category, and --coverage' },
  { flag: '--show-warnings', instead: 'write it after --, as the framework has it: -- -W default' },
  { flag: '--fast-collection', instead: 'write runner list tests, or runner plan' },
  { flag: '--parallel-collection', instead: 'write runner list tests: it collects in parallel' },
  { flag: '--collection-timeout', value: true, instead: 'write runner list tests --timeout <duration>' },
  { flag: '--expect-failures', instead: 'write an entry of quarantine in the config: owner, reason and a last day' },
  { flag: '--continue-on-failure', instead: 'write --no-fail-fast' },
  // Reports
  { flag: '--json-output', instead: 'leave it out: reports/summary.json is always written' },
  { flag: '--html-output', instead: 'leave it out: reports/report.html is always written' },
  { flag: '--junit-xml', value: true, instead: 'leave it out: reports/junit.xml is always written; --reports <dir>' },
  { flag: '--output-format', value: true, instead: 'leave it out: all reports are written, --reports says where' },
  { flag: '--ci-mode', instead: 'leave it out: CI is recognised by its variable CI' },
  { flag: '--json-verbosity', value: true, instead: 'leave it out: reports/events.jsonl has everything' },
  { flag: '--json-size-limit', value: true, instead: 'leave it out: reports/summary.json stays small' },
  { flag: '--json-auto-truncate', instead: 'leave it out: reports/summary.json stays small' },
  { flag: '--json-format', value: true, instead: 'leave it out: read reports/summary.json with jq' },
  { flag: '--json-preserve-fields', value: true, instead: 'leave it out: no field is left out' },
  { flag: '--golden-path-check', instead: 'write --category golden_path' },
  // Validation
  { flag: '--no-validate', instead: 'leave it out: only what is selected is read, by its own framework' },
  { flag: '--full-validate', instead: 'write runner list tests: it fails when a test file cannot be read' },
  // Frontend
  { flag: '--lint', short: '-l', instead: 'define a suite for it: framework: command, command: [npm, run, lint]' },
  { flag: '--fix', instead: 'write npm run lint -- --fix; runner only runs tests' },
  { flag: '-b', instead: 'define a suite for it: framework: command, command: [npm, run, build]' },
  {
    flag: '--type-check',
    short: '-t',
    instead: 'define a suite for it: framework: command, command: [npx, tsc, --noEmit]',
  },
  { flag: '--update-snapshots', short: '-u', instead: 'write it after --, as the framework has it: -- --update' },
  { flag: '--cypress-open', instead: 'write npx cypress open' },
  { flag: '--cypress-headed', instead: 'write it after --, as the framework has it: -- --headed' },
  {
    flag: '--cypress-browser',
    value: true,
    instead: 'write it after --, as the framework has it: -- --browser chrome',
  },
  { flag: '--e2e', instead: 'write --category e2e' },
  { flag: '--check-deps', instead: 'write runner plan: it says what is missing' },
  { flag: '--install-deps', instead: 'write npm ci, or pip install -r requirements.txt' },
  // Layers
  { flag: '--use-layers', instead: 'leave it out: --layer <name> is enough' },
  { flag: '--background-e2e', instead: 'write --category e2e in a job of its own, and runner merge for both' },
  { flag: '--queue-e2e', instead: 'write --category e2e in a job of its own, and runner merge for both' },
  {
    flag: '--background-category',
    value: true,
    instead: 'write --category <name> in a job of its own, and runner merge',
  },
  { flag: '--background-status', instead: 'write runner history' },
  { flag: '--background-results', instead: 'write runner history' },
  { flag: '--kill-background', instead: 'press Ctrl-C: nothing runs on in the background' },
  { flag: '--background-timeout', value: true, instead: 'write --deadline <duration>' },
  { flag: '--no-progress-streaming', instead: 'write --progress none' },
  { flag: '--max-parallel-layers', value: true, instead: 'write -j <n>' },
  { flag: '--orchestration-status', instead: 'write runner plan --explain' },
  { flag: '--enable-monitoring', instead: 'leave it out: each run is remembered, runner history shows it' },
  { flag: '--websocket-thread-id', value: true, instead: 'write --progress json, and pass the events on' },
  { flag: '--master-orchestration', instead: 'leave it out: --mode <name> is enough' },
];

/** The error for an option that nobody knows: one of old, or a misspelt one of the candidates. */
export function unknownOption(
  written: string,
  { candidates, hint }: { readonly candidates: readonly string[]; readonly hint: string },
): UsageError {
  const gone = goneFlag(written);
  if (gone === null) return new UsageError(`unknown option ${written}${didYouMean(written, candidates)}`, hint);
  return new UsageError(
    `unknown option ${gone.flag}: it was one of unified_test_runner.py`,
    `${gone.instead} (docs/migrating-from-unified-test-runner.md)`,
  );
}

function goneFlag(written: string): OldFlag | null {
  const name = written.split('=')[0];
  return goneFlags.find(({ flag, short }) => flag === name || short === name) ?? null;
}
