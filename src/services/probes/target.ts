/** Runs a short command to its end; its whole group is ended on timeout. */
export type RunTool = (
  argv: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
) => Promise<ToolResult>;

export interface ToolResult {
  readonly kind: 'ok' | 'failed' | 'missing' | 'timed-out';
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the probes of one service look at. */
export interface ProbeTarget {
  /** Without trailing slash; `null` for a service without an address. */
  readonly url: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** Where the service's output grows; what is before `offset` is from an earlier start. */
  readonly log: { readonly path: string; readonly offset: number } | null;
  /** For command probes: the service's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly cwd: string;
  readonly runTool: RunTool;
  /** Substitutes `${...}`. @throws when a reference has no value. */
  expand(text: string): string;
}

/** The address of `path` under a service's url, or what is wrong with it. */
export function urlUnder(base: string | null, path: string, schemes: readonly string[]): URL | string {
  if (base === null) return 'the service has no address to send a request to; give it a port or an external url';
  const slash = path.startsWith('/') ? '' : '/';
  const text = `${base.replace(/\/+$/, '')}${slash}${path}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return 'the service url and the path of the probe do not make an address';
  if (!schemes.includes(url.protocol))
    return `this probe needs a url with ${schemes.join(' or ')}//, not ${url.protocol}//`;
  return url;
}
