import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

/**
 * The part of the heap for what lives shortly stays as large as it is now: a megabyte at the start of the program. Otherwise it grows to 32 MB
 * as soon as much is kept, most of it for what nobody needs any more.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Keeps all that V8 takes as small as what is in it, from here on, for a program that runs for long and does little. The heap is collected when
 * it has grown by a tenth, or by 2 MB instead of 8. Only what is called many times as often as usual is compiled to machine code, and each function
 * by itself, since every thread that compiles keeps the memory it once needed; and not by Turbofan, of which 5 MB of the Node program alone would
 * be read. 500 tasks take 19 MB less in this way, 5,000 take 30, and neither takes longer.
 */
export function keepHeapSmall(): void {
  keepYoungHeapSmall();
  compileOnThisThread();
  setFlagsFromString('--heap-growing-percent=10');
  setFlagsFromString('--optimize-for-size');
  if (hasMaglev()) compilers.sparing.forEach(setFlagsFromString);
}

/**
 * A thread that compiles waits for this one to collect the heap when that is at its limit, as a small one often is, and `process.exit` waits for
 * that thread: a run that was over did not end.
 */
function compileOnThisThread(): void {
  setFlagsFromString('--no-concurrent-sparkplug');
  setFlagsFromString('--no-concurrent-recompilation');
}

/** Takes back what of that costs time where there is much to do: a third of it, when hundreds of thousands of tests are read. */
export function preferSpeed(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  setFlagsFromString('--no-optimize-for-size');
  setFlagsFromString('--concurrent-recompilation');
  if (hasMaglev()) compilers.usual.forEach(setFlagsFromString);
}

const compilers = {
  sparing: ['--invocation-count-for-maglev=10000', '--no-maglev-inlining', '--no-turbofan'],
  usual: ['--invocation-count-for-maglev=400', '--maglev-inlining', '--turbofan'],
};

/** Where it is not used, as in Node.js 22, only Turbofan makes anything quick. */
function hasMaglev(): boolean {
  return Reflect.get(process.config.variables, 'v8_enable_maglev') === 1;
}
