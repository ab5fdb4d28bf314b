import { oneLine, wrap } from '../base/text.ts';
import type { Config, Environment } from '../model/config.ts';
import type { Plan } from '../model/plan.ts';
import { choose, nameOf } from '../services/choose.ts';
import type { AllowedProviders, Rejection } from '../services/choose.ts';

/** Which provider a run would begin with for a service, and why; whether it is there is seen only when the run starts. */
export interface ServiceExplanation {
  readonly service: string;
  /** `process`, `external of staging`; `null` = it would be unavailable. */
  readonly provider: string | null;
  readonly because: string;
  /** What comes next when that one is not there, in this order. */
  readonly otherwise: readonly string[];
  /** Why each other provider that it has is out. */
  readonly rejected: readonly { readonly provider: string; readonly because: string }[];
}

/** Says for each service that the plan's tasks need, directly or not, which provider it would have and why each other not. */
export function explainServices(
  plan: Plan,
  config: Config,
  how: { readonly environment: Environment; readonly allow: AllowedProviders },
): readonly ServiceExplanation[] {
  const names = new Set(plan.tasks.filter((task) => task.settled === null).flatMap((task) => task.needs));
  for (const name of names) for (const needed of config.services[name]?.needs ?? []) names.add(needed);
  return [...names].flatMap((name): readonly ServiceExplanation[] => {
    const service = config.services[name];
    if (service === undefined) return [];
    const choice = choose(service, { ...how, unavailable: [] });
    const rejected = choice.rejected.map((one) => ({ provider: nameOf(one), because: one.because }));
    if (choice.kind === 'unavailable') {
      const because = rejected.length === 0 ? choice.problem : 'no provider is left';
      return [{ service: name, provider: null, because: `${because} (${choice.remedy})`, otherwise: [], rejected }];
    }
    const otherwise: string[] = [];
    const tried: Rejection[] = [];
    for (let next = choice; !next.last;) {
      const { provider, of } = next;
      tried.push({ provider, ...(of === undefined ? {} : { of }), because: 'it is not there', remedy: null });
      const after = choose(service, { ...how, unavailable: tried });
      if (after.kind === 'unavailable') break;
      otherwise.push(nameOf(after));
      next = after;
    }
    return [{ service: name, provider: nameOf(choice), because: choice.because, otherwise, rejected }];
  });
}

/** The same for people. */
export function serviceLines(services: readonly ServiceExplanation[], columns: number): string[] {
  if (services.length === 0) return [];
  return [
    '',
    'Services:',
    ...services.flatMap(({ service, provider, because, otherwise, rejected }) => {
      const next = otherwise.length === 0 ? '' : `; if that is not there, ${otherwise.join(', then ')}`;
      return [
        `${service}: ${provider ?? 'unavailable'}: ${because}${next}`,
        ...rejected.map((one) => `  not ${one.provider}: ${one.because}`),
      ].flatMap((line) =>
        wrap(oneLine(line), columns - 2).map((row) => `  ${line.startsWith('  ') ? '  ' : ''}${row}`),
      );
    }),
  ];
}
