import type { ReportCase } from '../model/report.ts';
import type { TestId } from '../model/test.ts';
import type { IdentifyContext } from './framework.ts';
import { rootRelativeFile } from './paths.ts';

/** The identity of a case whose report names its file. */
export function identifyByFile(reported: ReportCase, context: IdentifyContext): TestId {
  const file = reported.file === null ? null : rootRelativeFile(reported.file, context);
  return { file, className: reported.className ?? '', name: reported.name };
}

/** `file::name`; the file alone for a case that stands for its whole file, and nothing where no file is known. */
export function selectByName(id: TestId): string | null {
  return id.file === null || id.className === id.name ? id.file : `${id.file}::${id.name}`;
}
