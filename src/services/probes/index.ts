import type { Probe } from '../../model/config.ts';
import { commandProbe } from './command.ts';
import { httpProbe } from './http.ts';
import { logProbe } from './log.ts';
import type { PreparedProbe } from './probe.ts';
import type { ProbeTarget } from './target.ts';
import { tcpProbe } from './tcp.ts';
import { webSocketProbe } from './websocket.ts';

/** Makes a service's probes ready to be tried. @throws when a reference in one of them has no value. */
export function prepareProbes(probes: readonly Probe[], target: ProbeTarget): readonly PreparedProbe[] {
  return probes.map((probe) => prepare(probe, target));
}

function prepare(probe: Probe, target: ProbeTarget): PreparedProbe {
  switch (probe.kind) {
    case 'http':
      return httpProbe(probe, target);
    case 'tcp':
      return tcpProbe(target);
    case 'websocket':
      return webSocketProbe(probe, target);
    case 'log':
      return logProbe(probe, target);
    case 'command':
      return commandProbe(probe, target);
  }
}
