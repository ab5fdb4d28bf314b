import { didYouMean } from '../base/suggest.ts';
import { UsageError } from '../errors.ts';

/** The named services, or all that are known. @throws UsageError for one that is not known */
export function checkServiceNames(names: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const list = known.length === 0 ? 'there are none' : `services: ${known.join(', ')}`;
    throw new UsageError(`service "${unknown}" is not defined${didYouMean(unknown, known)}`, list);
  }
  return names.length === 0 ? known : [...new Set(names)];
}

/** Whether what is running under a name is that service, or one of its copies (`database-1`). */
export function isOf(running: string, service: string): boolean {
  return running === service || (running.startsWith(`${service}-`) && /^\d+$/.test(running.slice(service.length + 1)));
}
