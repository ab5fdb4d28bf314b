import type { Fault, Phase } from './fault.ts';

/**
 * A category that passes, then one whose task and service meet the fault. A script's parent is the runner itself, which is how a
 * fault reaches it in the very moment that is meant.
 *
 *     early (smoke) ──► victim (integration) ──► backend stops
 *                       running, retrying        teardown
 */
export function faultProject(fault: Fault, phase: Phase, port: number): Record<string, string> {
  const { service = '', serviceSource = ownService } = fault;
  const source = serviceSource.replaceAll('PORT', String(port));
  return {
    'runner.config.yaml': `
version: 1
project: faults
workers: 2
settings: { grace: ${fault.grace ?? '1s'}, teardown: 5s, logLimit: 1MB }
suites:
  early: { framework: command, command: [sh, work.sh], junit: early.xml }
  victim: { framework: command, command: [sh, work.sh], junit: victim.xml }
categories:
  smoke: { tests: [{ suite: early }] }
  integration:
    tests: [{ suite: victim }]
    dependsOn: [smoke]
    needs: [backend]
    missingService: fail
    retries: ${phase === 'retrying' ? 1 : 0}
    timeout: ${fault.timeout ?? '60s'}
services:
  backend: { ${source}${service} }
`,
    'fault.sh': fault.inflict ?? ':',
    'work.sh': work(phase, fault.early),
    'service.sh': serviceProgram(phase),
    'names.mjs': names,
  };
}

const ownService = 'process: { command: [sh, service.sh] }, health: [{ log: { pattern: ready } }], stop: { grace: 2s }';

function work(phase: Phase, early = ''): string {
  return `
tested() { echo "<testcase classname='$RUNNER_SUITE' name='$1'>$2</testcase>"; }
report() {
  echo "<testsuite name='$RUNNER_SUITE'>$*</testsuite>" > "$RUNNER_SUITE.xml"
  # The file system knows nothing of the clock that was set for the run alone.
  [ ! -e clock ] || touch -d "@$(date +%s)" "$RUNNER_SUITE.xml"
}
if [ "$RUNNER_SUITE" = early ]; then
  ${early}
  report "$(tested one)$(tested two)"
  exit 0
fi
if [ ${phase} = retrying ] && [ "$RUNNER_ATTEMPT" = 1 ]; then
  report "$(tested three "<failure message='at first'/>")"
  exit 1
fi
if [ ${phase} != teardown ]; then . ./fault.sh; fi
report "$(tested three)"
`;
}

function serviceProgram(phase: Phase): string {
  return `
report() { :; }
tested() { :; }
stop() {
  trap '' TERM
  if [ ${phase} = teardown ]; then . ./fault.sh; fi
  exit 0
}
trap stop TERM
echo $$ > service.pid
echo ready
while :; do sleep 600 & wait $!; done
`;
}

/** No name is found any more as soon as a file says so. */
const names = `
if (process.argv[1]?.endsWith('runner.js')) {
  const { existsSync } = await import('node:fs');
  const dns = (await import('node:dns')).default;
  const { lookup } = dns;
  dns.lookup = (name, options, done) => {
    const answer = done ?? options;
    if (!existsSync('no-names')) return lookup(name, options, done);
    setImmediate(answer, Object.assign(new Error('getaddrinfo EAI_AGAIN ' + name), { code: 'EAI_AGAIN', syscall: 'getaddrinfo', hostname: name }));
  };
  (await import('node:module')).syncBuiltinESMExports();
}
`;
