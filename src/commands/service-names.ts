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
