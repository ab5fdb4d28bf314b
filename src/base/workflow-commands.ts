/** How a note of GitHub Actions shows. */
export type AnnotationLevel = 'error' | 'warning' | 'notice';

/** Where an annotation points to. */
export interface AnnotationPlace {
  /** Relative to the checkout. */
  readonly file: string | null;
  readonly line: number | null;
  readonly title: string;
}

/** A line that GitHub Actions shows beside the code: `::error file=…,line=…,title=…::message`, whatever is in the texts. */
export function annotation(level: AnnotationLevel, { file, line, title }: AnnotationPlace, message: string): string {
  const properties = [
    ...(file === null ? [] : [`file=${escapeProperty(file)}`]),
    ...(file === null || line === null ? [] : [`line=${line}`]),
    `title=${escapeProperty(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${escapeData(message)}\n`;
}

/**
 * Text in which GitHub Actions finds no command: a line that begins with `::`, or `##[` anywhere. In a line of JSON the second is
 * written in another way that means the same.
 */
export function withoutCommands(text: string): string {
  if (!text.includes('::') && !text.includes('##[')) return text;
  return text
    .replace(lineOfCommand, '$1$2: :')
    .replace(/^.*##\[.*$/gm, (line) => line.replaceAll('##[', /^\s*["[{]/.test(line) ? '##\\u005b' : '## ['));
}

// What .NET trims from the start of a line, which it also ends at a lone carriage return.
const lineOfCommand = /(^|[\r\n])((?:\s|\u0085)*)::/g;

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
