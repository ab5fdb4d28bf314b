import { frameworks } from '../frameworks/index.ts';
import type { TestRef } from '../history/test-refs.ts';

/** A test as it can be asked for, `file::test`; where its framework cannot do that, the nearest that tells it from others. */
export function testName({ framework, file, className, name }: TestRef): string {
  const id = { file: file === '' ? null : file, className, name };
  const selector = frameworks.get(framework)?.testSelector?.(id) ?? null;
  if (selector !== null) return selector;
  const place = file === '' ? className : file;
  return place === '' ? name : `${place}::${name}`;
}
