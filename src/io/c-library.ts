import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The C library that this process has loaded. */
export interface CLibrary {
  /**
   * The function with this C prototype. Texts, numbers, buffers and arrays of texts are passed as C has them; of an `_Out_` pointer the first
   * element of an array is set.
   *
   * @throws Error when there is no such function
   */
  func(prototype: string): (...args: readonly unknown[]) => unknown;
}

let known: CLibrary | null | undefined;

/** Loaded by the first call, in 1.5 ms. `null` on other systems than Linux, without the optional package that calls C functions, and with RUNNER_NATIVE=off. */
export function cLibrary(): CLibrary | null {
  if (known === undefined) known = process.env['RUNNER_NATIVE'] === 'off' ? null : load();
  return known;
}

function load(): CLibrary | null {
  const folder = process.platform === 'linux' ? findPackage(`@koromix/koffi-linux-${process.arch}`) : null;
  if (folder === null) return null;
  for (const library of ['linux', 'musl']) {
    try {
      return open(join(folder, `${library}_${process.arch}`, 'koffi.node'));
    } catch {
      // Made for the other C library, or something that it needs is not there.
    }
  }
  return null;
}

/** Node's own search takes 3 MiB more, for good. */
function findPackage(name: string): string | null {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return null;
  }
}

function open(path: string): CLibrary {
  if (!isWhole(path)) throw new Error(`${path} is cut off`);
  const addon: { exports: unknown } = { exports: {} };
  process.dlopen(addon, path);
  if (!isKoffi(addon.exports)) throw new Error(`${path} is not what it was`);
  return addon.exports.load(null);
}

/** To load one that is cut off ends this process. The list of its sections is the last thing in an ELF file of 64 bits. */
function isWhole(path: string): boolean {
  // A pipe would be waited for.
  if (!statSync(path).isFile()) return false;
  const descriptor = openSync(path, 'r');
  try {
    const header = Buffer.alloc(64);
    const isThere = readSync(descriptor, header) === header.length;
    const end = Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60);
    return isThere && end > header.length && fstatSync(descriptor).size >= end;
  } finally {
    closeSync(descriptor);
  }
}

interface Koffi {
  load(path: null): CLibrary;
}

function isKoffi(value: unknown): value is Koffi {
  return typeof value === 'object' && value !== null && 'load' in value && typeof value.load === 'function';
}
