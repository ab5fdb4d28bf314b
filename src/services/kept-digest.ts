import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expand } from '../base/template.ts';
import type { Env, ProviderKind, Service } from '../model/config.ts';
import type { ProviderTools, StartRequest } from './provider.ts';
import { serviceLookup } from './references.ts';

/**
 * Stands for everything that a service is made from: its definition, the values that its references have now, the addresses of what it needs,
 * and the files that its command line names (their size and time; not what these load in turn).
 *
 * @throws TemplateError when a reference has no value
 */
export function digestOf(
  service: Service,
  request: Pick<StartRequest, 'services'>,
  context: {
    readonly provider: ProviderKind;
    readonly tools: Pick<ProviderTools, 'root' | 'lookup'>;
    /** Variables that are set for every service. */
    readonly overlayEnv: Env;
  },
): string {
  const { tools, provider, overlayEnv } = context;
  const port = service.port === 'auto' ? 0 : service.port;
  // Another run, another id; a service that is shared by runs cannot follow it.
  const ofRun = (reference: string): string | null => (reference === 'run.id' ? 'kept' : tools.lookup(reference));
  const lookup = serviceLookup(ofRun, { port, services: request.services });
  const expandAll = (env: Env): readonly (readonly [string, string])[] =>
    Object.entries(env).map(([name, text]) => [name, expand(text, lookup)]);
  const command = (service.process?.command ?? []).map((word) => expand(word, lookup));
  const cwd = join(tools.root, service.process?.cwd ?? '.');
  const made = {
    provider,
    ...{ ...service, external: null, startTimeoutMs: null },
    command,
    env: expandAll(service.process?.env ?? {}),
    overlay: expandAll(overlayEnv),
    services: request.services,
    files: [
      ...command.map((word) => factsOf(resolve(cwd, word))),
      service.docker === null ? null : factsOf(resolve(tools.root, service.docker.compose)),
    ],
  };
  return createHash('sha256').update(JSON.stringify(made)).digest('hex');
}

function factsOf(path: string): string | null {
  try {
    const facts = statSync(path);
    return facts.isFile() ? `${facts.size} ${facts.mtimeMs}` : null;
  } catch {
    return null;
  }
}
