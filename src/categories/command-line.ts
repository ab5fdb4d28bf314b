import type { Config } from '../model/config.ts';
import type { SelectionRequest } from '../model/selection.ts';

/** The arguments that make a selection again, in the form `--name=value`, so that a value may begin with a dash. */
export function commandLine(config: Config, request: SelectionRequest): readonly string[] {
  const option = (name: string, values: readonly (string | null)[]): readonly string[] =>
    values.filter((value) => value !== null).map((value) => `--${name}=${value}`);
  return [
    ...option('category', request.categories),
    ...option('exclude-category', request.excludeCategories),
    ...option('exclude-env', request.excludeEnvironments ?? []),
    ...option('layer', request.layers),
    ...option('mode', [request.mode]),
    ...option('suite', request.suites),
    ...option('variant', request.variants ?? []),
    ...option('service', request.components),
    ...option('pattern', request.patterns),
    ...option('keyword', [request.keyword]),
    ...option('markers', [request.markers]),
    ...option('file', request.files),
    ...(request.withDependencies ? [] : ['--no-deps']),
    ...option('env', [request.environment === config.environment ? null : request.environment]),
  ];
}
