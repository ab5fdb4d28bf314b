import type { Masker } from '../base/mask.ts';
import type { EventBody } from '../model/event.ts';
import type { TestId } from '../model/test.ts';

/**
 * Masks the texts of events, once for everybody who is told: reports, terminal, event log. What the config names (tasks, services,
 * environments) and the words of the format stay, or a password like "passed" would break them.
 */
export function createEventMask(masker: Masker): (body: EventBody) => EventBody {
  const distinct = createDistinctIds();
  return (body) => {
    if (body.type === 'run-started') {
      return maskStart(body, masker);
    }
    // What the config names, and what was masked where it came from.
    if (body.type === 'task-claimed' || body.type === 'elsewhere') return body;
    const masked = structuredClone(body);
    maskInside(masked, masker);
    const [before, after] = [testIdOf(body), testIdOf(masked)];
    if (before !== null && after !== null && 'task' in body)
      Reflect.set(after, 'name', distinct(body.task, before, after));
    return masked;
  };
}

function maskStart(body: Extract<EventBody, { type: 'run-started' }>, masker: Masker): EventBody {
  const { plan, given, rerunOf } = body;
  const all = (words: readonly string[]): readonly string[] => words.map((word) => masker.text(word));
  const outstanding = rerunOf?.outstanding.map((owed) => ({
    ...owed,
    tests: owed.tests?.map((id) => ({ ...id, name: masker.text(id.name) })) ?? null,
  }));
  return {
    ...body,
    plan: { ...plan, selection: all(plan.selection) },
    ...(given === undefined ? {} : { given: { options: all(given.options), extraArgs: all(given.extraArgs) } }),
    ...(rerunOf === undefined || outstanding === undefined ? {} : { rerunOf: { ...rerunOf, outstanding } }),
  };
}

/** Keys of texts that are not for people but say what an event is, or name something of the config or the reports folder. */
const structural: ReadonlySet<string> = new Set([
  ...['kind', 'status', 'cause', 'verdict', 'signal', 'provider', 'runId', 'planId'],
  ...['task', 'service', 'by', 'environment', 'allowed', 'path', 'cwd', 'lease'],
]);

function maskInside(value: object, masker: Masker): void {
  for (const key of Object.keys(value)) {
    const part: unknown = Reflect.get(value, key);
    // The type of a problem is the framework's text; that of an event is not.
    if (structural.has(key) || (key === 'type' && !('details' in value))) continue;
    if (typeof part === 'string') Reflect.set(value, key, masker.text(part));
    else if (typeof part === 'object' && part !== null) maskInside(part, masker);
  }
}

function testIdOf(body: EventBody): TestId | null {
  if (body.type === 'test-finished') return body.test.id;
  return body.type === 'test-started' ? body.test : null;
}

/** Tests whose names differ in their secrets only must not become one: the second is numbered, and stays so in later attempts. */
function createDistinctIds(): (task: string, before: TestId, after: TestId) => string {
  const known = new Map<string, string[]>();
  return (task, before, after) => {
    const original = keyOf(before);
    const masked = keyOf(after);
    if (original === masked) return after.name;
    const key = `${task}\0${masked}`;
    const originals = known.get(key) ?? [];
    known.set(key, originals);
    if (!originals.includes(original)) originals.push(original);
    const number = originals.indexOf(original) + 1;
    return number === 1 ? after.name : `${after.name} #${number}`;
  };
}

function keyOf({ file, className, name }: TestId): string {
  return `${file ?? ''}\0${className}\0${name}`;
}
