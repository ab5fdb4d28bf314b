import { formatDuration } from '../base/duration.ts';
import { plural } from '../base/text.ts';
import { boundsOf } from '../categories/bounds.ts';
import type { Bounds } from '../categories/bounds.ts';
import type { Work } from '../categories/work.ts';
import { forecast } from '../execution/forecast.ts';
import type { Plan } from '../model/plan.ts';

/** How long a plan is expected to take, and why it cannot be less. */
export interface PlanForecast extends Bounds {
  readonly expectedMs: number;
}

/** `null` when nothing of the plan runs, or some of it was never measured. */
export function forecastPlan(plan: Pick<Plan, 'tasks' | 'slots' | 'layers'>, { context }: Work): PlanForecast | null {
  const bounds = boundsOf(plan, context);
  const expectedMs = forecast(plan);
  return bounds === null || expectedMs === null ? null : { expectedMs: Math.round(expectedMs), ...bounds };
}

/** A forecast in one sentence. */
export function describeForecast(found: PlanForecast | null, slots: number): string {
  if (found === null) return 'Expected: not known; some of these tests were never measured';
  const { expectedMs, workMs, leastMs, longest } = found;
  const start = `Expected: about ${formatDuration(expectedMs)}, at least ${formatDuration(leastMs)}: `;
  return longest.ms >= leastMs
    ? `${start}${longest.name} alone takes that long, so that only cutting it makes the run shorter`
    : `${start}${formatDuration(workMs)} of tests for ${plural(slots, 'slot')}; ${longest.name} is the longest with ${formatDuration(longest.ms)}`;
}
