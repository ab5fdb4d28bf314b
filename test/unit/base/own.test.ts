import { expect, test } from 'vitest';
import { own } from '../../../src/base/own.ts';
import { decodeReferences } from '../../../src/base/xml.ts';
import { switchEnvOf } from '../../../src/commands/switch-env.ts';
import { resolveAliases } from '../../../src/commands/words.ts';
import type { Config } from '../../../src/model/config.ts';

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'])(
  'the word %s stands for nothing that every object inherits',
  (word) => {
    expect(own({ a: 1 }, word)).toBeUndefined();
    expect(resolveAliases([word, '--ff', word])).toEqual([word, '--failed-first', word]);
    expect(decodeReferences(`&${word};`)).toBe(`&${word};`);
    const config = { switches: {} } as unknown as Config;
    expect(() => switchEnvOf([word], config)).toThrow(`--${word}`);
  },
);
