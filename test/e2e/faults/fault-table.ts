/** When a fault comes: in a first attempt, in the retry of a failed test, or while the service stops after all tests passed. */
export const phases = ['running', 'retrying', 'teardown'] as const;
export type Phase = (typeof phases)[number];

/** How a run ends: an exit code, `killed` where it cannot choose one, or why the two do not meet. */
export type End = number | 'killed' | { readonly never: string };

export interface Fault {
  readonly name: string;
  /** For the table that people read. */
  readonly what: string;
  readonly ends: Readonly<Record<Phase, End>>;
  /** What the script does in the moment; its parent is the runner. */
  readonly inflict?: string;
  /** What is done from outside once the script has made the file `here`; it goes on when there is a file `go`. */
  readonly outside?: 'close-stdout' | 'continue' | 'lock-history';
  /** Folders on small disks of their own. */
  readonly disk?: 'reports' | '.runner';
  /** A module that is loaded into the runner. */
  readonly load?: 'clock.mjs' | 'names.mjs';
  /** Somebody has the service's port. */
  readonly portTaken?: true;
  readonly grace?: string;
  readonly timeout?: string;
  /** More keys of the service. */
  readonly service?: string;
  /** Who serves, in place of a script; `PORT` is a free port. */
  readonly serviceSource?: string;
  /** What the run has to say, in every phase or in some. */
  readonly says?: RegExp;
  /** Results that ended before the fault are in `junit.xml`, in the event log alone, or nowhere: the disk took neither. */
  readonly keeps?: 'log' | 'nothing';
}

const hang = 'sleep 600 & wait';
const wait = 'touch here; while [ ! -e go ]; do sleep 0.05; done';
const big = process.env['FAULTS_FULL'] === '1';
const noRedis = { never: 'only the workers of a queue talk to it' };
const untouched = 'no report is read any more';

/** Every fault of the matrix, each a row. */
export const faults: readonly Fault[] = [
  {
    name: 'runner SIGKILL',
    what: 'the next command ends what it left; `merge` makes the reports of the event log',
    inflict: `kill -KILL $PPID; ${hang}`,
    ends: { running: 'killed', retrying: 'killed', teardown: 'killed' },
    keeps: 'log',
  },
  {
    name: 'runner SIGTERM',
    what: 'tests are ended, services stopped, reports written',
    inflict: `kill -TERM $PPID; sleep 0.5; [ -n "$RUNNER_ATTEMPT" ] && { ${hang}; }`,
    ends: { running: 143, retrying: 143, teardown: 143 },
  },
  {
    name: 'runner SIGINT',
    what: 'the same',
    inflict: `kill -INT $PPID; sleep 0.5; [ -n "$RUNNER_ATTEMPT" ] && { ${hang}; }`,
    ends: { running: 130, retrying: 130, teardown: 130 },
  },
  {
    name: 'runner SIGINT twice',
    what: 'everything is killed, reports are written',
    inflict: `trap '' TERM INT; kill -INT $PPID; sleep 1.2; kill -INT $PPID; while :; do sleep 1; done`,
    ends: { running: 130, retrying: 130, teardown: 130 },
    grace: '10m',
  },
  {
    name: 'runner SIGHUP',
    what: 'as SIGTERM',
    inflict: `kill -HUP $PPID; sleep 0.5; [ -n "$RUNNER_ATTEMPT" ] && { ${hang}; }`,
    ends: { running: 143, retrying: 143, teardown: 143 },
  },
  {
    name: 'runner SIGTSTP, then SIGCONT',
    what: 'all rests, and goes on; no timeout counts the pause',
    inflict: `touch here; kill -TSTP $PPID; while [ ! -e go ]; do sleep 0.05; done`,
    outside: 'continue',
    ends: { running: 0, retrying: 0, teardown: 0 },
  },
  {
    name: 'stdout closed',
    what: 'the run goes on and its reports are written',
    inflict: wait,
    outside: 'close-stdout',
    ends: { running: 0, retrying: 0, teardown: 0 },
  },
  {
    name: 'disk full under the reports',
    what: 'red, and the terminal says which reports are missing',
    disk: 'reports',
    inflict: 'dd if=/dev/zero of=reports/fill bs=4k 2>/dev/null',
    ends: { running: 3, retrying: 3, teardown: 3 },
    says: /could not be written: .*ENOSPC/,
    keeps: 'nothing',
  },
  {
    name: 'reports read-only',
    what: 'the same',
    disk: 'reports',
    inflict: 'mount --bind reports reports && mount -o remount,bind,ro reports',
    ends: { running: 3, retrying: 3, teardown: 3 },
    says: /could not be written: .*EROFS/,
    keeps: 'nothing',
  },
  {
    name: 'disk full under the history',
    what: 'a warning: no run depends on its history',
    disk: '.runner',
    inflict: 'dd if=/dev/zero of=.runner/fill bs=4k 2>/dev/null',
    ends: { running: 0, retrying: 0, teardown: 0 },
    says: /not in the history/,
  },
  {
    name: 'too many open files (EMFILE)',
    what: 'red, and what could not be opened is named',
    inflict: 'prlimit --pid $PPID --nofile=10',
    ends: { running: 3, retrying: 1, teardown: 3 },
    says: /EMFILE/,
    keeps: 'log',
  },
  {
    name: 'no memory for a child',
    what: 'it crashed, or failed before that',
    inflict: `ulimit -v 60000; node -e 0 || exit 9`,
    ends: { running: 3, retrying: 1, teardown: 0 },
  },
  {
    name: 'child SIGKILL',
    what: 'it crashed; so does what the kernel kills for want of memory',
    inflict: 'kill -KILL $$',
    ends: { running: 3, retrying: 1, teardown: 0 },
  },
  {
    name: 'child SIGSEGV',
    what: 'it crashed',
    inflict: 'kill -SEGV $$',
    ends: { running: 3, retrying: 1, teardown: 0 },
  },
  {
    name: 'child out of memory',
    what: 'it crashed: its heap is at an end, with SIGABRT',
    inflict: `node --max-old-space-size=10 -e 'for (const kept = [];;) kept.push({ kept: [kept.length] })' || kill -ABRT $$`,
    ends: { running: 3, retrying: 1, teardown: 0 },
  },
  {
    name: 'child ignores SIGTERM',
    what: 'SIGKILL after the grace',
    inflict: `trap '' TERM; while :; do sleep 1; done`,
    timeout: '1s',
    ends: { running: 1, retrying: 1, teardown: 0 },
  },
  {
    name: 'child forks daemons with setsid',
    what: 'they are found by their mark, named and ended',
    inflict: `setsid sh -c 'setsid sleep 600 & sleep 600' >/dev/null 2>&1 &`,
    ends: { running: 0, retrying: 0, teardown: 0 },
  },
  {
    name: 'child closes its output',
    what: 'nothing: output is no witness',
    inflict: 'exec >&- 2>&-',
    ends: { running: 0, retrying: 0, teardown: 0 },
  },
  {
    name: 'child writes 2 GB',
    what: 'its log is cut at `settings.logLimit` while it writes',
    inflict: `head -c ${big ? '2G' : '200M'} /dev/zero`,
    ends: { running: 0, retrying: 0, teardown: 0 },
  },
  {
    name: 'child prints NUL and invalid UTF-8',
    what: 'logs keep the bytes, and reports of its crash are valid',
    inflict: `printf 'nul \\000 bad \\377\\376\\300 \\033[31m\\n'; [ -z "$RUNNER_ATTEMPT" ] || exit 9`,
    ends: { running: 3, retrying: 1, teardown: 0 },
  },
  {
    name: 'report with NUL and invalid UTF-8',
    what: 'what can be read counts, and reports of it are valid',
    inflict: `printf '<testsuite name="s"><testcase name="a\\000\\377\\376"/></testsuite>' > victim.xml; exit 0`,
    ends: { running: 0, retrying: 1, teardown: { never: untouched } },
  },
  {
    name: 'clock goes back an hour',
    what: 'limits are not told by the clock',
    load: 'clock.mjs',
    inflict: 'echo -3600000 > jump',
    ends: { running: 0, retrying: 0, teardown: 0 },
  },
  {
    name: 'clock goes on by a day',
    what: 'the same',
    load: 'clock.mjs',
    inflict: 'echo 86400000 > jump',
    ends: { running: 0, retrying: 0, teardown: 0 },
  },
  {
    name: 'history locked',
    what: 'a warning',
    inflict: wait,
    outside: 'lock-history',
    ends: { running: 0, retrying: 0, teardown: 0 },
    says: /not in the history/,
  },
  {
    name: 'history corrupt',
    what: 'it is put aside, with a warning',
    inflict: 'mkdir -p .runner; yes garbage | head -c 8192 > .runner/history.sqlite',
    ends: { running: 0, retrying: 0, teardown: 0 },
    says: /history/,
  },
  {
    name: 'report written half',
    what: 'whole cases are kept; never a pass',
    inflict: `printf '<testsuite name="s"><testcase classname="victim" name="three"/><testcase classname="v' > victim.xml; exit 0`,
    ends: { running: 3, retrying: 3, teardown: { never: untouched } },
  },
  {
    name: 'report of 500 MB',
    what: 'read as a stream',
    inflict: `{ echo '<testsuite name="s"><testcase classname="victim" name="three"/>'; yes "<testcase classname='victim' name='big'><system-out>$(head -c 10000 /dev/zero | tr '\\0' x)</system-out></testcase>" | head -n ${big ? 50_000 : 2000} | awk '{ sub(/big/, "big" NR); print }'; echo '</testsuite>'; } > victim.xml; exit 0`,
    ends: { running: 0, retrying: 0, teardown: { never: untouched } },
  },
  {
    name: 'service dies',
    what: 'tests that fail or hang for it are not blamed',
    service: ', restarts: 0',
    timeout: '2s',
    inflict: `[ -z "$RUNNER_ATTEMPT" ] && exit 1; kill -KILL "$(cat service.pid)"; ${hang}`,
    ends: { running: 3, retrying: 1, teardown: 0 },
  },
  {
    name: 'service dies and comes back',
    what: 'what it took along is repeated',
    inflict: `[ -z "$RUNNER_ATTEMPT" ] && exit 1; [ -e died ] || { touch died; kill -KILL "$(cat service.pid)"; ${hang}; }`,
    ends: { running: 0, retrying: 0, teardown: 0 },
  },
  {
    name: 'port taken',
    what: 'who has it is named',
    portTaken: true,
    serviceSource: 'process: { command: [sh, service.sh] }, port: PORT, health: [{ tcp: {} }]',
    ends: {
      running: 3,
      retrying: { never: 'a service starts before its tests' },
      teardown: { never: 'a service starts before its tests' },
    },
    says: /port \d+/,
  },
  {
    name: 'names are not resolved (DNS)',
    what: 'an external service is not there any more, which no test is blamed for',
    load: 'names.mjs',
    timeout: '2s',
    serviceSource: 'external: { url: "http://localhost:PORT" }, health: [{ http: { path: / } }], watch: 100ms',
    inflict: `touch no-names; ${hang}`,
    ends: { running: 3, retrying: 1, teardown: { never: 'what is not ours is not stopped' } },
  },
  {
    name: 'Redis dies',
    what: 'it is killed under workers in `test/e2e/queue`',
    ends: { running: noRedis, retrying: noRedis, teardown: noRedis },
  },
];
