import type { Block, MarkdownPage } from './markdown-page.ts';

/** The blocks that nothing checks and that do not say why, with what is to be written in front of them. */
export function uncheckedBlocks(page: MarkdownPage): readonly string[] {
  return page.parts.flatMap((part) => {
    const problem = part.kind === 'block' ? problemOf(part) : null;
    return problem === null ? [] : [`${page.path}:${part.line}: ${problem}`];
  });
}

function problemOf({ language, mark }: Block): string | null {
  if (mark === null) {
    return language === 'yaml'
      ? null
      : 'write <!-- run -->, <!-- not run: why -->, <!-- write: path --> or <!-- file: path --> in front of it';
  }
  if (mark.name === 'run') {
    if (language !== 'sh' && language !== 'text') return 'only sh and text blocks can be run';
    return mark.value === '' || /^exit( \d+)+$/.test(mark.value) ? null : 'write <!-- run -->, or <!-- run: exit 1 -->';
  }
  return mark.value === '' ? `<!-- ${mark.name} --> says nothing: write a path or a reason after a colon` : null;
}
