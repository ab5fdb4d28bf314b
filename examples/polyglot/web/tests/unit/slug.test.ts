import { describe, expect, it } from 'vitest';
import vectors from '../../../vectors/slug.json' with { type: 'json' };
import { slugify } from '../../src/slug.ts';

describe('slugify', () => {
  it.each(vectors)('turns "$title" into $slug', ({ title, slug }) => {
    expect(slugify(title)).toBe(slug);
  });

  it.each(vectors)('leaves $slug as it is', ({ slug }) => {
    expect(slugify(slug)).toBe(slug);
  });
});
