/** A value with what stands in `${{ }}` in its texts replaced. @throws Error for an expression of a kind that is not known here */
export function evaluateDeep(value: unknown, context: object): unknown {
  if (typeof value === 'string') {
    const whole = /^\$\{\{(.*)\}\}$/s.exec(value)?.[1];
    return whole === undefined || whole.includes('${{') ? fill(value, context) : evaluate(whole, context);
  }
  if (Array.isArray(value)) return value.map((item) => evaluateDeep(item, context));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, evaluateDeep(inner, context)]));
}

/** A text with what stands in `${{ }}` replaced. */
export function fill(template: string, context: object): string {
  return template.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => String(evaluate(expression, context)));
}

/** Whether an `if:` does; without a word on the status it is `success() &&` it. */
export function holds(
  condition: string,
  { context, failed }: { readonly context: object; readonly failed: boolean },
): boolean {
  const bare = condition.replace(/^\$\{\{(.*)\}\}$/s, '$1');
  const terms = bare.split('&&').map((term) => term.trim());
  const status: Readonly<Record<string, boolean>> = {
    'always()': true,
    '!cancelled()': true,
    'success()': !failed,
    'failure()': failed,
  };
  const saysStatus = terms.some((term) => status[term] !== undefined);
  return (saysStatus || !failed) && terms.every((term) => status[term] ?? Boolean(evaluate(term, context)));
}

/** A path into the context, `fromJSON` of one, or the comparison of one with a word. */
function evaluate(expression: string, context: object): unknown {
  const source = expression.trim();
  const [, left, word] = /^(\S+) == '([^']*)'$/.exec(source) ?? [];
  if (left !== undefined) return evaluate(left, context) === word;
  const json = /^fromJSON\((.+)\)$/.exec(source)?.[1];
  if (json !== undefined) return JSON.parse(String(evaluate(json, context)));
  if (!/^[a-z][\w.-]*$/.test(source)) throw new Error(`not known here: \${{ ${source} }}`);
  let found: unknown = context;
  for (const key of source.split('.')) {
    if (typeof found !== 'object' || found === null || !(key in found)) throw new Error(`no ${source}: no ${key}`);
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}
