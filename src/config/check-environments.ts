import { problemAt } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import type { Problem } from './source.ts';

/** Keys of services in environments that would have no effect there. */
export function checkEnvironments(context: CheckContext): readonly Problem[] {
  const { input } = context;
  return Object.entries(input.environments ?? {}).flatMap(([environment, { services }]) =>
    Object.entries(services ?? {}).flatMap(([name, overlay]) => {
      const base = input.services?.[name];
      if (base === undefined) return [];
      const has = (kind: 'external' | 'process' | 'docker'): boolean => (overlay[kind] ?? base[kind]) !== undefined;
      const report = (key: string, message: string): readonly Problem[] => [
        problemAt(context, ['environments', environment, 'services', name, key], {
          at: 'key',
          message: `service "${name}" has ${message} in environment "${environment}"`,
        }),
      ];
      const missing = overlay.prefer?.find((kind) => !has(kind));
      return [
        ...(overlay.port !== undefined && !has('process')
          ? report('port', '"port", which is only for a "process", and none')
          : []),
        ...(overlay.stop !== undefined && !has('process') && !has('docker')
          ? report('stop', '"stop", which is only for a "process" or "docker", and neither')
          : []),
        ...(missing === undefined ? [] : report('prefer', `"prefer: ${missing}", and no "${missing}"`)),
      ];
    }),
  );
}
