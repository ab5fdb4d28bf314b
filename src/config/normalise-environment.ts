import type { Category, CategoryOverlay, Environment, ServiceOverlay } from '../model/config.ts';
import { isProduction } from './environment-name.ts';
import { normaliseCategory } from './normalise-category.ts';
import type { CategoryContext } from './normalise-category.ts';
import { normaliseService } from './normalise-service.ts';
import type { Origins } from './origins.ts';
import type { ConfigInput } from './schema.ts';

type EnvironmentInput = NonNullable<ConfigInput['environments']>[string];

/** An environment with every default filled in. */
export function normaliseEnvironment(
  name: string,
  environment: EnvironmentInput,
  context: CategoryContext,
): Environment {
  const { origins } = context;
  const at = (key: keyof EnvironmentInput): readonly string[] => ['environments', name, key];
  const inside = within(origins, ['environments', name]);
  return {
    name,
    env: origins.pick(at('env'), environment.env, { value: {}, origin: 'default' }),
    envFile: origins.pick<string | null>(at('envFile'), environment.envFile, { value: null, origin: 'default' }),
    secrets: origins.pick(at('secrets'), environment.secrets, { value: [], origin: 'default' }),
    prefer: origins.pick(at('prefer'), environment.prefer, {
      value: ['external', 'process', 'docker'],
      origin: 'default',
    }),
    services: each(environment.services, (service, serviceName) => serviceOverlay(serviceName, service, inside)),
    categories: each(environment.categories, (category, categoryName) =>
      categoryOverlay(categoryName, category, { ...context, origins: inside }),
    ),
    retries: origins.pick<number | null>(at('retries'), environment.retries, { value: null, origin: 'default' }),
    timeoutFactor: origins.pick(at('timeoutFactor'), environment.timeoutFactor, { value: 1, origin: 'default' }),
    protected: origins.pick(at('protected'), environment.protected, { value: isProduction(name), origin: 'default' }),
  };
}

function each<In, Out>(
  record: Readonly<Record<string, In>> | undefined,
  change: (value: In, name: string) => Out,
): Readonly<Record<string, Out>> {
  const entries = Object.entries(record ?? {}).map(([name, value]) => [name, change(value, name)] as const);
  const result = Object.fromEntries(entries);
  Reflect.setPrototypeOf(result, null);
  return result;
}

/** Origins of what is written below a path, by the path of its own. */
function within(origins: Origins, prefix: readonly string[]): Origins {
  return {
    pick: (path, written, fallback) => origins.pick([...prefix, ...path], written, fallback),
    note: (path, origin) => origins.note([...prefix, ...path], origin),
    all: () => origins.all(),
  };
}

function serviceOverlay(
  name: string,
  written: NonNullable<EnvironmentInput['services']>[string],
  origins: Origins,
): ServiceOverlay {
  const { prefer, ...rest } = written;
  const { external, process, docker, port, health, startTimeoutMs, stop } = normaliseService(name, rest, origins);
  return {
    ...(written.external && { external }),
    ...(written.process && { process }),
    ...(written.docker && { docker }),
    ...(written.port !== undefined && { port }),
    ...(written.health && { health }),
    ...(written.startTimeout !== undefined && { startTimeoutMs }),
    ...(written.stop && { stop }),
    ...(prefer && { prefer }),
  };
}

function categoryOverlay(
  name: string,
  written: NonNullable<EnvironmentInput['categories']>[string],
  context: CategoryContext,
): CategoryOverlay {
  const whole = normaliseCategory(name, { tests: [], ...written }, context);
  const { priority, timeoutMs, slowAfterMs, missingService, locks, slots, exclusive, allowEmpty, env } = whole;
  return {
    ...(written.priority !== undefined && { priority }),
    ...(written.timeout !== undefined && { timeoutMs }),
    ...(written.slowAfter !== undefined && { slowAfterMs }),
    ...(written.missingService !== undefined && { missingService }),
    ...(written.locks !== undefined && { locks }),
    ...(written.slots !== undefined && { slots }),
    ...(written.exclusive !== undefined && { exclusive }),
    ...(written.allowEmpty !== undefined && { allowEmpty }),
    ...retryOverlay(written, whole),
    ...(written.env !== undefined && { env }),
  };
}

function retryOverlay(
  written: NonNullable<EnvironmentInput['categories']>[string],
  { retries, retryOn, backoff, retryWhen, retryLimitPercent, flaky }: Category,
): CategoryOverlay {
  return {
    ...(written.retries !== undefined && { retries }),
    ...(written.retryOn !== undefined && { retryOn }),
    ...(written.backoff !== undefined && { backoff }),
    ...(written.retryWhen !== undefined && { retryWhen }),
    ...(written.retryLimit !== undefined && { retryLimitPercent }),
    ...(written.flaky !== undefined && { flaky }),
  };
}
