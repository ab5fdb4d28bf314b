import type { ReportName } from '../base/report-names.ts';
import { parseSize } from '../config/size.ts';
import { UsageError } from '../errors.ts';

const leastBytes = 10_000;

/**
 * Bytes that `--split-max-bytes` allows a part of `junit.xml`; `null` = it is not split.
 * @throws UsageError for what is no size, is too small to be meant, or has no `junit.xml` to split
 */
export function splitSize(text: string | undefined, chosen: readonly ReportName[]): number | null {
  if (text === undefined) return null;
  const bytes = /^\d{1,15}$/.test(text) ? Number(text) : parseSize(text);
  if (bytes === null || bytes < leastBytes) {
    const why = bytes === null ? 'is not a size' : `is less than ${leastBytes} bytes`;
    throw new UsageError(`--split-max-bytes ${text} ${why}`, 'write for example --split-max-bytes 25MB');
  }
  if (!chosen.includes('junit')) {
    throw new UsageError(
      '--split-max-bytes splits junit.xml, which is not made',
      'add junit to the reports, or leave it out',
    );
  }
  return bytes;
}
