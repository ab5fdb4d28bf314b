import { connect } from 'node:net';
import { maxDelayMs, notYet, oneTry, passed, tryTimeoutMs, unreachable } from '../probes/probe.ts';
import type { PreparedProbe } from '../probes/probe.ts';

/** A proxy that finds nobody behind it lets go of a connection within milliseconds. */
const heldMs = 150;

/**
 * Passes when a connection is accepted and kept, or is spoken to: docker's own proxy accepts connections for a container long before anybody
 * listens in it, and only then closes them.
 */
export function heldTcpProbe(address: { readonly host: string; readonly port: number } | null): PreparedProbe {
  return {
    label: address === null ? 'tcp' : `tcp ${address.host}:${address.port}`,
    tryTimeoutMs,
    maxDelayMs,
    attempt: (signal) => {
      if (address === null)
        return Promise.resolve({ kind: 'impossible', problem: 'the service has no published port to connect to' });
      return oneTry(signal, (settle) => {
        const socket = connect(address);
        let timer: NodeJS.Timeout | null = null;
        const closed = (): void => {
          settle(notYet('the connection was closed at once: docker accepts it, but nothing listens in the container'));
        };
        socket.on('connect', () => {
          timer = setTimeout(() => settle(passed()), heldMs);
        });
        socket.on('data', () => settle(passed()));
        socket.on('end', closed);
        socket.on('error', (error) => {
          if (timer === null) settle(unreachable(error));
          else closed();
        });
        socket.on('close', () => {
          if (timer !== null) clearTimeout(timer);
        });
        return socket;
      });
    },
  };
}
