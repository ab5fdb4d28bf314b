import { connect } from 'node:net';
import { maxDelayMs, oneTry, passed, tryTimeoutMs, unreachable } from './probe.ts';
import type { PreparedProbe } from './probe.ts';
import type { ProbeTarget } from './target.ts';

/** Passes when a connection is accepted. */
export function tcpProbe(target: ProbeTarget): PreparedProbe {
  const { host, port } = target;
  return {
    label: port === null ? 'tcp' : `tcp ${host ?? '127.0.0.1'}:${port}`,
    tryTimeoutMs,
    maxDelayMs,
    attempt: (signal) =>
      port === null
        ? Promise.resolve({ kind: 'impossible', problem: 'the service has no port to connect to; give it one' })
        : oneTry(signal, (settle) => {
            const socket = connect({ host: host ?? '127.0.0.1', port });
            socket.on('error', (error) => settle(unreachable(error)));
            socket.on('connect', () => settle(passed()));
            return socket;
          }),
  };
}
