import * as z from 'zod/mini';

/** A copy of a schema with what the docs say of it, and what else its JSON Schema is to have. Unlike a check it leaves a mapping one that others can pick keys from. */
export function described<T extends z.ZodMiniType>(schema: T, description: string, more: object = {}): T {
  const copy = schema.clone();
  z.globalRegistry.add(copy, { description, ...more });
  return copy;
}

/** A key that may be left out, with what the docs say of it. */
export function optional<T extends z.ZodMiniType>(schema: T, description: string): z.ZodMiniOptional<T> {
  const made = z.optional(schema);
  z.globalRegistry.add(made, { description });
  return made;
}

/** A key that may be left out and seldom is there: its schema is built for the first config that has it. */
export function later<T extends z.ZodMiniType>(
  build: () => T,
  description?: string,
): z.ZodMiniOptional<z.ZodMiniLazy<T>> {
  const schema = z.lazy(build);
  // Whoever reads a mapping asks each key whether it has a default, which would build it. None of ours has.
  schema._zod.optin = undefined;
  const made = z.optional(schema);
  if (description !== undefined) z.globalRegistry.add(made, { description });
  return made;
}
