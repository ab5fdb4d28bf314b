import { builtinModules } from 'node:module';
import { relative } from 'node:path';

/**
 * A rolldown plugin that takes built-in modules by `process.getBuiltinModule`. An import statement makes Node read every property of
 * the module: of `process` that opens three streams, of `fs` it loads `fs/promises`. Together that is 6 of the 16 ms that `--help` took.
 * Those that Node has not loaded itself are taken when one of their functions is called: `crypto` takes 7 ms, `zlib` 3, `child_process` 1.
 */
export const directBuiltins = {
  name: 'direct-builtins',
  resolveId(source, importer, { kind }) {
    const name = source.replace(/^node:/, '');
    if (!builtinModules.includes(name)) return null;
    if (kind !== 'import-statement') return { id: `node:${name}`, external: true };
    // One for each importer, so that they need no file of their own.
    const by = relative(process.cwd(), importer ?? '');
    return { id: `\0direct:${name}:${by}`, moduleSideEffects: false };
  },
  async load(id) {
    const [, name, by] = /^\0direct:([^:]+):(.*)$/.exec(id) ?? [];
    if (name === undefined) return null;
    const take = `process.getBuiltinModule('node:${name}')`;
    // Commander starts programs for subcommands of a kind that is not used here.
    if (name === 'child_process' && by.startsWith('node_modules/commander/')) {
      return `export default { get spawn() { return ${take}.spawn; } };\n`;
    }
    if (name === 'process') return `export default globalThis.process;\n${await exportsOf(name, 'globalThis.process')}`;
    if (loadedByNode.has(name)) {
      return `const module = ${take};\nexport default module;\n${await exportsOf(name, 'module')}`;
    }
    return `let module;
const take = () => (module ??= ${take});
const whole = /* @__PURE__ */ take();
export default whole;
${await exportsOf(name, 'take()', true)}`;
  },
};

const loadedByNode = new Set(['buffer', 'events', 'fs', 'path', 'stream', 'url', 'util', 'timers', 'async_hooks']);

async function exportsOf(name, module, isLazy = false) {
  const all = Object.entries(await import(`node:${name}`)).filter(
    ([key]) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default',
  );
  return all
    .map(([key, value]) => {
      const own =
        isLazy && isPlainFunction(key, value)
          ? `const _${key} = (...args) => ${module}.${key}(...args);\n`
          : `const _${key} = /* @__PURE__ */ (() => ${module}.${key})();\n`;
      return `${own}export { _${key} as ${key} };\n`;
    })
    .join('');
}

/** No class, and nothing hangs on it, such as what `promisify` looks for. */
function isPlainFunction(key, value) {
  const more = typeof value === 'function' ? Reflect.ownKeys(value) : [];
  return /^[a-z]/.test(key) && typeof value === 'function' && more.every((own) => ordinary.has(own));
}

const ordinary = new Set(['length', 'name', 'prototype']);
