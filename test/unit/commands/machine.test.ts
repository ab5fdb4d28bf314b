import { expect, it } from 'vitest';
import { cpuQuota, softLimit } from '../../../src/commands/doctor/machine.ts';

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max processes             unlimited            unlimited            processes
Max open files            256                  524288               files
`;

it('reads soft limits, and none where there is none', () => {
  expect(softLimit(limits, 'Max open files')).toBe(256);
  expect(softLimit(limits, 'Max processes')).toBeNull();
  expect(softLimit('', 'Max processes')).toBeNull();
});

it('reads the processors of a control group', () => {
  expect([cpuQuota('150000 100000\n'), cpuQuota('max 100000\n'), cpuQuota('')]).toEqual([1.5, null, null]);
});
