import type { TestId } from '../model/test.ts';
import type { Framework } from './framework.ts';

/**
 * What `file::` has to be followed by to ask for this test and no other; `null` where its framework can only be asked for more.
 * `has` knows the tests of the file.
 */
export function nameInFile(
  framework: Pick<Framework, 'canSelectTests' | 'duplicates' | 'testSelector'>,
  id: TestId,
  has: (id: TestId) => boolean,
): string | null {
  const bare = { ...id, name: id.name.replace(/ #\d+$/, '') };
  // Numbered here, because its framework has several tests of this name.
  const isNumbered = framework.duplicates === 'number' && has(bare);
  const selector = framework.canSelectTests ? (framework.testSelector?.(isNumbered ? bare : id) ?? null) : null;
  const at = selector?.indexOf('::') ?? -1;
  return selector === null || at === -1 ? null : selector.slice(at + 2);
}
