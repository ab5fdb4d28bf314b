import { builtinModules } from 'node:module';
import { relative } from 'node:path';

/**
 * A rolldown plugin that takes built-in modules by `process.getBuiltinModule`. An import statement makes Node read every property of
 * the module: of `process` that opens three streams, of `fs` it loads `fs/promises`. Together that is 6 of the 16 ms that `--help` took.
 */
export const directBuiltins = {
  name: 'direct-builtins',
  resolveId(source, importer, { kind }) {
    const name = source.replace(/^node:/, '');
    if (!builtinModules.includes(name)) return null;
    if (kind !== 'import-statement') return { id: `node:${name}`, external: true };
    const lazily = name === 'child_process' && /node_modules\/commander\//.test(importer ?? '');
    // One for each importer, so that they need no file of their own.
    const by = relative(process.cwd(), importer ?? '');
    return { id: `\0${lazily ? 'lazy' : 'direct'}:${name}:${by}`, moduleSideEffects: false };
  },
  async load(id) {
    const [, kind, name] = /^\0(lazy|direct):([^:]+)/.exec(id) ?? [];
    if (name === undefined) return null;
    const take = `process.getBuiltinModule('node:${name}')`;
    if (name === 'process') return `export default globalThis.process;\n${await exportsOf(name, 'globalThis.process')}`;
    // Commander starts programs for subcommands of a kind that is not used here.
    if (kind === 'lazy') return `export default { get spawn() { return ${take}.spawn; } };\n`;
    return `const module = ${take};\nexport default module;\n${await exportsOf(name, 'module')}`;
  },
};

async function exportsOf(name, module) {
  const names = Object.keys(await import(`node:${name}`)).filter(
    (key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default',
  );
  return names
    .map((key) => `const _${key} = /* @__PURE__ */ (() => ${module}.${key})();\nexport { _${key} as ${key} };\n`)
    .join('');
}
