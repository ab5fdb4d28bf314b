import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap as small as what is in it, from here on: the part for what lives shortly at its first size, and all of it collected when it
 * has grown by a tenth. To start a process Linux copies the page tables of ours, and what we allocate between two starts is little: 500 tasks
 * need 26 MB less, and 6 % less CPU time; 3,000 another 24 MB less.
 */
export function keepHeapSmall(): void {
  keepYoungHeapSmall();
  setFlagsFromString('--heap-growing-percent=10');
}

/**
 * The part for what lives shortly stays as large as it is now. Otherwise it grows to 32 MB as soon as much is kept, most of it for what nobody
 * needs any more: a plan of 21,000 files takes 105 MB instead of 155, and no longer.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
