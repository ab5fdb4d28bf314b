import type { Category, Config, Env, Environment, Service } from '../model/config.ts';
import type { Origins } from './origins.ts';
import { isMapping, valueAt } from './path.ts';
import type { Path } from './path.ts';
import type { Source } from './source.ts';

/** What an overlay is written with. */
interface Where {
  readonly environment: Environment;
  readonly origins: Origins;
  readonly source: Source;
}

/** The config as it is in an environment. What `--set` says of a service or category itself wins over that. */
export function overlayEnvironment(config: Config, where: Where): Config {
  return {
    ...config,
    services: mapValues(config.services, (service) => overlayService(service, where)),
    categories: mapValues(config.categories, (category) => overlayCategory(category, where)),
  };
}

function overlayService(service: Service, where: Where): Service {
  const overlay = where.environment.services[service.name];
  return overlay === undefined ? service : { ...service, ...allowed(overlay, ['services', service.name], where) };
}

function overlayCategory(category: Category, where: Where): Category {
  const { environment } = where;
  const path = ['categories', category.name];
  const { env, ...rest } = environment.categories[category.name] ?? {};
  const forAll = environment.retries === null ? {} : allowed({ retries: environment.retries }, path, where);
  const overlay = allowed(rest, path, where);
  return {
    ...category,
    ...forAll,
    ...overlay,
    ...(overlay.timeoutMs !== undefined && { ownTimeout: true }),
    env: { ...category.env, ...overlayEnv(env ?? {}, [...path, 'env'], where) },
  };
}

/** How the config file calls a key of the model. */
const written: Readonly<Record<string, string>> = {
  startTimeoutMs: 'startTimeout',
  timeoutMs: 'timeout',
  slowAfterMs: 'slowAfter',
  retryLimitPercent: 'retryLimit',
};

function overlayEnv(env: Env, path: Path, where: Where): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name in allowed({ [name]: value }, path, where)),
  );
}

/** What of an overlay counts, with its origin noted. */
function allowed<T extends object>(overlay: T, path: Path, { environment, origins, source }: Where): Partial<T> {
  const result: Partial<T> = {};
  for (const [key, value] of Object.entries(overlay)) {
    const at = [...path, written[key] ?? key];
    if (source.place(at, 'value').origin === '--set') continue;
    Reflect.set(result, key, value);
    noteLeaves(at, valueAt(source.value, ['environments', environment.name, ...at]), (leaf) =>
      origins.note(leaf, `environment ${environment.name}`),
    );
  }
  return result;
}

/** The same places that are noted for what the file says directly. */
function noteLeaves(path: Path, value: unknown, note: (path: Path) => void): void {
  if (isMapping(value)) for (const key of Object.keys(value)) noteLeaves([...path, key], value[key], note);
  else if (Array.isArray(value) && value.some(isMapping))
    for (const [index, item] of value.entries()) noteLeaves([...path, index], item, note);
  else note(path);
}

/** Without a prototype, as the config's records are. */
function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> {
  const result = Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
  Reflect.setPrototypeOf(result, null);
  return result;
}
