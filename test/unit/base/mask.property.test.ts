import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMasker } from '../../../src/base/mask.ts';
import { secretForms } from '../../../src/base/secret-forms.ts';

const letters = fc.constantFrom('a', 'b', 'A', 'B', '0', '1', '+', '/', '=', ' ', '"', '\\', '\n', '<', '&', 'é', '€');
const secretText = fc.string({ unit: letters, minLength: 4, maxLength: 40 }).filter((text) => text.trim().length >= 4);

const given = fc.record({
  secrets: fc.array(secretText, { minLength: 1, maxLength: 3 }),
  /** Secrets in some form, parts of them, and other text. */
  pieces: fc.array(
    fc.oneof(
      fc.record({ form: fc.nat(), cut: fc.constant(0) }),
      fc.record({ form: fc.nat(), cut: fc.integer({ min: 1, max: 5 }) }),
      fc.string({ unit: letters, maxLength: 12 }),
    ),
    { maxLength: 12 },
  ),
  cuts: fc.array(fc.nat(), { maxLength: 20 }),
});

test('however the output is cut into chunks, it is masked as a whole, and no form of a secret is left', () => {
  fc.assert(
    fc.property(given, ({ secrets, pieces, cuts }) => {
      const forms = secretForms(secrets).map(({ bytes }) => bytes);
      const output = Buffer.concat(
        pieces.map((piece) => {
          if (typeof piece === 'string') return Buffer.from(piece);
          const form = forms[piece.form % forms.length] ?? Buffer.alloc(0);
          return form.subarray(0, form.length - piece.cut);
        }),
      );
      const masker = createMasker(Object.fromEntries(secrets.map((value, index) => [`S${index}`, value])));
      if (masker === null) throw new Error('nothing to mask');

      const stream = masker.stream();
      const places = [0, ...cuts.map((cut) => cut % (output.length + 1)).toSorted((a, b) => a - b), output.length];
      const chunks = places.slice(1).map((place, index) => output.subarray(places[index], place));
      const masked = Buffer.concat([...chunks.map((chunk) => stream.push(chunk)), stream.end()]);

      expect(masked.toString('latin1')).toBe(
        Buffer.from(masker.stream().push(output)).toString('latin1') + restOf(masker, output),
      );
      for (const form of forms) expect(masked.includes(form)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

function restOf(masker: NonNullable<ReturnType<typeof createMasker>>, output: Buffer): string {
  const stream = masker.stream();
  stream.push(output);
  return stream.end().toString('latin1');
}
