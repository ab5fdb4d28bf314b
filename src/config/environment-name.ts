/** The defined environment that a name means, `null` if none: `test` and `dev` stand for `local`, `production` for `prod`. */
export function resolveEnvironmentName(name: string, defined: readonly string[]): string | null {
  if (defined.includes(name)) return name;
  const meant = new Map([
    ['test', 'local'],
    ['dev', 'local'],
    ['production', 'prod'],
  ]).get(name);
  return meant !== undefined && defined.includes(meant) ? meant : null;
}

/** An environment of this name is protected unless the config says otherwise. */
export function isProduction(name: string): boolean {
  return /^prod(uction)?$/i.test(name);
}
