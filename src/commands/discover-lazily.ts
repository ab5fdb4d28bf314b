import type { DiscoveredConfig } from './discover-config.ts';

/** `discoverConfig`, which is loaded only where there is no config. @throws NothingSelectedError, UsageError */
export async function discoverLazily(cwd: string): Promise<DiscoveredConfig> {
  return (await import('./discover-config.ts')).discoverConfig(cwd);
}
