/** A command line of `unified_test_runner.py` and what becomes of it. */
export interface OldCommandLine {
  /** How often it was written in the repository that the old runner was made for. */
  readonly uses: number;
  /** What follows the program. */
  readonly words: string;
  /** Of the project below, the tests that it runs, `category/file`; a text is what its refusal says to write instead. */
  readonly outcome: readonly string[] | string;
}

const unit = ['unit/test_parser.py', 'unit/test_websocket_frames.py'];
const integration = ['integration/test_api.py', 'integration/test_websocket_core.py'];
const e2e = ['e2e/test_golden_path.py', 'e2e/test_websocket_chat.py'];
const critical = ['mission_critical/test_events.py'];
const smoke = ['smoke/test_alive.py'];
const everything = [...e2e, ...integration, ...critical, ...smoke, ...unit];
const chat = ['e2e/test_websocket_chat.py'];
const byLevel = 'write --category <name>, or --mode <name> for several';

/** The forty that were written most, with the dependencies that the categories have here. */
export const oldCommandLines: readonly OldCommandLine[] = [
  { uses: 260, words: '--category unit', outcome: unit },
  { uses: 139, words: '--test-file tests/e2e/test_websocket_chat.py', outcome: chat },
  { uses: 131, words: '--real-services', outcome: everything },
  { uses: 103, words: '--category smoke', outcome: smoke },
  { uses: 92, words: '--category integration --real-services', outcome: [...integration, ...unit] },
  { uses: 83, words: '--category unit --pattern *websocket*', outcome: ['unit/test_websocket_frames.py'] },
  {
    uses: 75,
    words: '--category integration --pattern *websocket* --real-services',
    outcome: ['integration/test_websocket_core.py', 'unit/test_websocket_frames.py'],
  },
  { uses: 64, words: '--category mission_critical', outcome: critical },
  { uses: 62, words: '--category e2e --env staging --real-services', outcome: [...e2e, ...integration, ...unit] },
  {
    uses: 56,
    words: '--category integration --pattern *websocket*',
    outcome: ['integration/test_websocket_core.py', 'unit/test_websocket_frames.py'],
  },
  { uses: 53, words: '--real-services --test-file tests/e2e/test_websocket_chat.py', outcome: chat },
  { uses: 49, words: '--category integration', outcome: [...integration, ...unit] },
  { uses: 48, words: '--category e2e --env staging --pattern *golden_path*', outcome: ['e2e/test_golden_path.py'] },
  { uses: 41, words: '--level unit', outcome: byLevel },
  { uses: 39, words: '--category e2e --real-services', outcome: [...e2e, ...integration, ...unit] },
  { uses: 33, words: '--pattern *golden_path* --real-services', outcome: ['e2e/test_golden_path.py'] },
  { uses: 32, words: '--env staging --file tests/e2e/test_websocket_chat.py --real-services', outcome: chat },
  { uses: 31, words: '--execution-mode fast_feedback', outcome: [...smoke, ...unit] },
  { uses: 31, words: '--file tests/e2e/test_websocket_chat.py', outcome: chat },
  { uses: 29, words: '--env staging', outcome: everything },
  { uses: 29, words: '--category unit --fast-fail', outcome: unit },
  { uses: 29, words: '--category mission_critical --real-services', outcome: critical },
  { uses: 27, words: '--category e2e', outcome: [...e2e, ...integration, ...unit] },
  { uses: 25, words: '--category e2e --env staging', outcome: [...e2e, ...integration, ...unit] },
  { uses: 23, words: '--env staging --test-file tests/e2e/test_websocket_chat.py', outcome: chat },
  {
    uses: 23,
    words: '--category integration --filter websocket',
    outcome: ['integration/test_websocket_core.py', 'unit/test_websocket_frames.py'],
  },
  { uses: 22, words: '--category integration --fast-fail --no-coverage', outcome: [...integration, ...unit] },
  { uses: 21, words: '--category unit --fast-fail --pattern *parser*', outcome: ['unit/test_parser.py'] },
  { uses: 19, words: '--service backend', outcome: everything },
  { uses: 19, words: '--category e2e --pattern *golden_path* --real-services', outcome: ['e2e/test_golden_path.py'] },
  { uses: 17, words: '--execution-mode nightly --real-services', outcome: everything },
  { uses: 17, words: '--category unit --filter parser', outcome: ['unit/test_parser.py'] },
  { uses: 16, words: '--fast-fail --level unit --no-coverage', outcome: byLevel },
  { uses: 16, words: '--env staging --level e2e', outcome: byLevel },
  { uses: 16, words: '--category integration --fast-fail', outcome: [...integration, ...unit] },
  { uses: 15, words: '--level unit --real-llm', outcome: byLevel },
  { uses: 15, words: '--category unit --test-pattern *parser*', outcome: ['unit/test_parser.py'] },
  { uses: 15, words: '--category e2e --filter golden', outcome: ['e2e/test_golden_path.py'] },
  { uses: 14, words: '--category smoke --fast-fail', outcome: smoke },
  { uses: 14, words: '--list-categories', outcome: [] },
];

/** All options that `unified_test_runner.py` could have, and the ones that were written although it had none. */
export const oldFlags: readonly string[] = `
--category --categories --service --pattern --file --markers -m --keyword -k --failed-first --ff --exclude-env --resume-from
--no-dependencies --skip-deps --no-phase-dependencies --env --allow-prod --real-llm --real-services --staging-e2e
--prefer-staging --no-services --auto-services --service-timeout --service-category --no-service-cleanup --no-docker
--skip-docker --docker-bypass --docker-pull-policy --docker-dedicated --docker-force-restart --docker-production
--docker-no-cleanup --docker-stats --no-alpine --no-rebuild --rebuild-all --parallel --workers --max-workers --fast-fail
--no-fast-fail --maxfail --fail-fast-mode --no-coverage --coverage --cov --min-coverage --verbose --quiet -q --profile
--show-warnings --window-size --disable-auto-split --splitting-strategy --progress-mode --fast-collection
--parallel-collection --collection-timeout --json-output --html-output --json-verbosity --json-size-limit
--json-auto-truncate --json-format --json-preserve-fields --list-categories --show-category-stats --no-validate
--full-validate --lint -l --fix --build -b --type-check -t --update-snapshots -u --cypress-open --e2e --check-deps
--install-deps --cypress-headed --cypress-browser --use-layers --layers --execution-mode --show-layers --background-e2e
--no-progress-streaming --max-parallel-layers --orchestration-status --enable-monitoring --websocket-thread-id
--master-orchestration --queue-e2e --background-category --background-status --background-results --kill-background
--background-timeout --test-file --level --test-pattern --filter --path --test-path --timeout --collect-only --dry-run
--tag --expect-failures --module --test --junit-xml --continue-on-failure --ci-mode --output-format --golden-path-check
`
  .trim()
  .split(/\s+/);
