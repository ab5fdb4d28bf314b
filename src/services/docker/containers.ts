/** One container of a compose service, as docker tells of it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** `created`, `running`, `restarting`, `paused`, `exited`, `dead`, `removing`. */
  readonly state: string;
  /** `starting`, `healthy` or `unhealthy`; `null` = its image and compose file define no check. */
  readonly health: string | null;
  readonly exitCode: number;
  readonly ports: readonly PublishedPort[];
}

/** A port of a container that can be reached from outside. */
export interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: string;
  /** Address on docker's machine that it is bound to; a wildcard is any of them. */
  readonly host: string;
  readonly port: number;
}

/** What `compose ps --format json` prints: a list (compose 2.0 to 2.20) or a line for each container; `null` when it is neither. */
export function parseComposePs(text: string): readonly Container[] | null {
  const rows = parseRows(text);
  return rows === null ? null : allOrNothing(rows.map(fromComposePs));
}

/** What `docker inspect` prints; `null` when it is something else. */
export function parseInspect(text: string): readonly Container[] | null {
  const rows = parseJson(text);
  return Array.isArray(rows) ? allOrNothing(rows.map(fromInspect)) : null;
}

/**
 * Where a container is reached: the published port of `wanted`, or of its lowest published port; `remote` is docker's own machine where that is
 * another one. `null` = not published.
 */
export function publishedAddress(
  containers: readonly Container[],
  wanted: number | null,
  remote: string | null,
): { readonly host: string; readonly port: number } | null {
  const candidates = containers
    .flatMap((container) => container.ports)
    .filter((port) => port.protocol === 'tcp' && (wanted === null || port.containerPort === wanted))
    .toSorted((a, b) => a.containerPort - b.containerPort || rank(a) - rank(b));
  const [best] = candidates;
  if (best === undefined) return null;
  return { host: hostOf(best.host, remote), port: best.port };
}

/** The machine that docker publishes ports on, when `DOCKER_HOST` says that it is another one. */
export function remoteHost(dockerHost: string | undefined): string | null {
  const match = /^(?:tcp|ssh|https?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(dockerHost ?? '');
  const host = match?.[1]?.replace(/^\[(.*)\]$/, '$1') ?? null;
  return host === 'localhost' || host === '0.0.0.0' ? '127.0.0.1' : host;
}

function parseRows(text: string): readonly unknown[] | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'null') return [];
  if (trimmed.startsWith('[')) {
    const rows = parseJson(trimmed);
    return Array.isArray(rows) ? rows : null;
  }
  return trimmed.split('\n').map(parseJson);
}

function fromComposePs(row: unknown): Container | null {
  const id = textAt(row, 'ID');
  const state = textAt(row, 'State');
  if (id === null || state === null) return null;
  const publishers = valueAt(row, 'Publishers');
  return {
    id,
    name: textAt(row, 'Name') ?? id,
    state,
    health: textAt(row, 'Health'),
    exitCode: numberAt(row, 'ExitCode') ?? 0,
    ports: (Array.isArray(publishers) ? publishers : []).flatMap((publisher: unknown) => {
      const containerPort = numberAt(publisher, 'TargetPort');
      const port = numberAt(publisher, 'PublishedPort');
      // Ports that are only exposed are listed with 0.
      if (containerPort === null || port === null || port === 0) return [];
      const protocol = textAt(publisher, 'Protocol') ?? 'tcp';
      return [{ containerPort, protocol, host: textAt(publisher, 'URL') ?? '', port }];
    }),
  };
}

function fromInspect(row: unknown): Container | null {
  const id = textAt(row, 'Id');
  const state = valueAt(row, 'State');
  const status = textAt(state, 'Status');
  if (id === null || status === null) return null;
  const ports = valueAt(valueAt(row, 'NetworkSettings'), 'Ports');
  return {
    id,
    name: textAt(row, 'Name')?.replace(/^\//, '') ?? id,
    state: status,
    health: textAt(valueAt(state, 'Health'), 'Status'),
    exitCode: numberAt(state, 'ExitCode') ?? 0,
    ports: Object.entries(isRecord(ports) ? ports : {}).flatMap(([key, bindings]) => {
      const [containerPort = '', protocol = 'tcp'] = key.split('/');
      return (Array.isArray(bindings) ? bindings : []).flatMap((binding: unknown) => {
        const port = Number(textAt(binding, 'HostPort') ?? '');
        if (!(port > 0)) return [];
        return [{ containerPort: Number(containerPort), protocol, host: textAt(binding, 'HostIp') ?? '', port }];
      });
    }),
  };
}

function rank({ host }: PublishedPort): number {
  return host.includes(':') ? 1 : 0;
}

function hostOf(bound: string, remote: string | null): string {
  if (bound === '' || bound === '0.0.0.0') return remote ?? '127.0.0.1';
  if (bound === '::') return remote ?? '::1';
  return bound;
}

function allOrNothing(containers: readonly (Container | null)[]): readonly Container[] | null {
  const known = containers.filter((container) => container !== null);
  return known.length === containers.length ? known : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

/** Docker writes "" for what is not there. */
function textAt(value: unknown, key: string): string | null {
  const text = valueAt(value, key);
  return typeof text === 'string' && text !== '' ? text : null;
}

function numberAt(value: unknown, key: string): number | null {
  const number = valueAt(value, key);
  return typeof number === 'number' ? number : null;
}
