import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';

/** Writes what programs see of the types of these sources into a folder; nothing of what they import is among it. */
export function writeDeclarations(sources, folder) {
  for (const source of sources) {
    const compilerOptions = { target: ts.ScriptTarget.ESNext, verbatimModuleSyntax: true };
    const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(source, 'utf8'), {
      fileName: source,
      compilerOptions,
      reportDiagnostics: true,
    });
    if (diagnostics?.length > 0) {
      throw new Error(`${source}: ${ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n')}`);
    }
    const text = outputText.replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'");
    writeFileSync(join(folder, basename(source).replace(/\.ts$/, '.d.ts')), text);
  }
}
