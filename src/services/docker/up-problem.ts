import { plain } from '../../base/text.ts';

/** Why `compose up` did not start a service. */
export interface UpProblem {
  readonly kind: 'image' | 'build' | 'port' | 'no-such-service' | 'other';
  /** The port that is taken. */
  readonly port: number | null;
  /** What compose said last, without its progress; five lines at most. */
  readonly said: readonly string[];
}

/** Reads what compose 1 and 2 print when they give up. */
export function explainUp(output: string): UpProblem {
  const said = lastWords(output);
  const text = said.join('\n');
  const port = takenPort(text);
  if (port !== null) return { kind: 'port', port, said };
  const found = patterns.find(({ pattern }) => pattern.test(text));
  return { kind: found?.kind ?? 'other', port: null, said };
}

const maxLines = 5;

/** The first that matches. */
const patterns: readonly { readonly kind: UpProblem['kind']; readonly pattern: RegExp }[] = [
  { kind: 'no-such-service', pattern: /no such service:/i },
  { kind: 'build', pattern: /failed to build|failed to solve|unable to prepare context|needs to be built|dockerfile/i },
  {
    kind: 'image',
    pattern:
      /pull access denied|manifest (?:for \S+ )?(?:not found|unknown)|manifest unknown|no such image|repository .* (?:not found|does not exist)|failed to resolve reference|"https?:\/\/[^"]*\/v2\/|toomanyrequests|unauthorized|no matching manifest|invalid reference format|image .*not found/i,
  },
];

/** `Bind for 0.0.0.0:5432 failed: port is already allocated`, `listen tcp4 127.0.0.1:80: bind: address already in use` and their like. */
function takenPort(text: string): number | null {
  if (!/port is already allocated|address already in use|ports are not available|failed to bind/i.test(text))
    return null;
  const match =
    /(?:bind for|listen (?:tcp|udp)[46]?|exposing port (?:tcp|udp)|failed to bind (?:host )?port(?: for)?) \S*?:(\d+)\b/i.exec(
      text,
    );
  return match?.[1] === undefined ? null : Number(match[1]);
}

/** Progress of the kinds that compose prints for people. */
const progress =
  /^(?:time="[^"]*" level=warning|\[\+\]|Encountered errors while|(?:Network|Container|Volume|Image) .* (?:Creating|Created|Starting|Started|Waiting|Healthy|Exited|Pulling|Pulled|Building|Built|Removed|Stopped)$|(?:Creating|Starting|Recreating|Pulling) .*(?:\.\.\.|driver$)|\S+ (?:Pulling|Pulled|Waiting)$)/;

function lastWords(output: string): readonly string[] {
  const lines = plain(output)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !progress.test(line));
  // compose 1 says everything twice, once for the container and once for the service.
  const seen = new Set<string>();
  const fresh = lines.filter((line) => {
    const message = line.replace(/^ERROR: for \S+ +/, '');
    return seen.size < seen.add(message).size;
  });
  return fresh.slice(-maxLines);
}
