import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Probe } from '../../model/config.ts';
import { maxDelayMs, notYet, oneTry, passed, tryTimeoutMs, unreachable } from './probe.ts';
import type { PreparedProbe, ProbeResult } from './probe.ts';
import { urlUnder } from './target.ts';
import type { ProbeTarget } from './target.ts';

type HttpProbe = Extract<Probe, { kind: 'http' }>;

const bodyLimitBytes = 1024 * 1024;

/** Passes when a GET is answered with the status and the JSON fields asked for; redirects are answers like any other. */
export function httpProbe(probe: HttpProbe, target: ProbeTarget): PreparedProbe {
  const url = urlUnder(target.url, target.expand(probe.path), ['http:', 'https:']);
  const headers = expandHeaders(probe.headers, target);
  const fields = Object.entries(probe.json).map(([path, value]) => ({
    path,
    value: typeof value === 'string' ? target.expand(value) : value,
  }));
  return {
    label: `http ${probe.path}`,
    tryTimeoutMs,
    maxDelayMs,
    attempt: (signal) =>
      typeof url === 'string'
        ? Promise.resolve({ kind: 'impossible', problem: url })
        : oneTry(signal, (settle) => {
            const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
            const request = send(url, { headers, agent: false });
            request.on('error', (error) => settle(unreachable(error)));
            request.on('response', (response) => readAnswer(response, probe.status, fields, settle));
            return request.end();
          }),
  };
}

/** Header values with their references substituted. */
export function expandHeaders(headers: Readonly<Record<string, string>>, target: ProbeTarget): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, target.expand(value)]));
}

interface ExpectedField {
  readonly path: string;
  readonly value: string | number | boolean;
}

function readAnswer(
  response: IncomingMessage,
  status: number,
  fields: readonly ExpectedField[],
  settle: (result: ProbeResult) => void,
): void {
  response.on('error', (error) => settle(unreachable(error)));
  if (response.statusCode !== status) {
    settle(notYet(`HTTP ${response.statusCode ?? 'without status'} instead of ${status}`));
    return;
  }
  if (fields.length === 0) {
    settle(passed());
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) {
      settle(notYet(`the answer is longer than ${bodyLimitBytes} bytes`));
      return;
    }
    chunks.push(chunk);
  });
  response.on('end', () => settle(judgeBody(Buffer.concat(chunks).toString(), fields)));
}

function judgeBody(text: string, fields: readonly ExpectedField[]): ProbeResult {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return notYet(`the answer is not JSON: ${JSON.stringify(text.slice(0, 80))}`);
  }
  for (const { path, value } of fields) {
    const found = fieldAt(body, path);
    if (found === undefined) return notYet(`the answer has no field ${path}`);
    if (found !== value)
      return notYet(`field ${path} is ${JSON.stringify(found).slice(0, 80)} instead of ${JSON.stringify(value)}`);
  }
  return passed();
}

/** The value at a dotted path (`checks.db`, `items.0.name`), `undefined` where there is none. */
function fieldAt(body: unknown, path: string): unknown {
  let current: unknown = body;
  for (const key of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = Object.getOwnPropertyDescriptor(current, key)?.value;
  }
  return current;
}
