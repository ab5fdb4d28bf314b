import { literalsOf, onlyLiteral, withoutBlocks } from './literals.ts';

/** What a Vitest config says its test files are; an `include` of `null` = its convention, or not known. */
export function vitestGlobs(text: string): {
  readonly include: readonly string[] | null;
  readonly exclude: readonly string[];
} {
  const own = withoutBlocks(text, ['coverage', 'typecheck', 'benchmark', 'optimizeDeps', 'server', 'browser']);
  return { include: onlyLiteral(literalsOf(own, 'include')), exclude: onlyLiteral(literalsOf(own, 'exclude')) ?? [] };
}
