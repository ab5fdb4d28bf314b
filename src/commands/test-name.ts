import { addressOf, matchesName, parseAddress } from '../base/test-address.ts';
import type { TestAddress } from '../base/test-address.ts';
import { allFrameworks } from '../frameworks/index.ts';
import type { TestRef } from '../history/test-refs.ts';
import type { QuarantineEntry } from '../model/quarantine.ts';

/** A test as it can be asked for, `file::test`; where its framework cannot do that, the nearest that tells it from others. */
export function testName(test: TestRef): string {
  const address = addressOfRef(test);
  return address === null ? test.name : `${address.place}::${address.name}`;
}

/** The entry of the quarantine that a test is in, or `null`. */
export function quarantineOf(test: TestRef, entries: readonly QuarantineEntry[]): QuarantineEntry | null {
  const own = addressOfRef(test);
  const isOwn = (written: TestAddress | null): boolean =>
    own !== null && written !== null && written.place === own.place && matchesName(written.name, own.name);
  return entries.find((entry) => isOwn(parseAddress(entry.test))) ?? null;
}

function addressOfRef({ suite, framework, file, className, name }: TestRef): TestAddress | null {
  const id = { file: file === '' ? null : file, className, name };
  return addressOf(id, { selector: allFrameworks.get(framework)?.testSelector?.(id) ?? null, suite });
}
