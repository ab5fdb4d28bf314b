/** The variable by which a process is known to belong to a child, however far it strayed from its group. */
export const markVariable = 'RUNNER_PROCESS_MARK';

const assignment = Buffer.from(`${markVariable}=`);

/** The environment of a child with its mark in front of those it inherits: a runner inside a test stays findable by both. */
export function withMark(env: Readonly<Record<string, string>>, mark: string): Record<string, string> {
  const inherited = env[markVariable];
  const own = encodeMark(mark);
  return { ...env, [markVariable]: inherited ? `${own} ${inherited}` : own };
}

/** A mark as it stands in an environment: without blanks, NULs or control characters; keeps prefixes. */
export function encodeMark(mark: string): string {
  return mark.toWellFormed().replace(/[%\s\p{Cc}]/gu, (character) => encodeURIComponent(character));
}

/** The encoded marks found in the bytes of an environment block, innermost first; empty when there are none. */
export function marksIn(environment: Buffer): readonly string[] {
  for (let at = environment.indexOf(assignment); at >= 0; at = environment.indexOf(assignment, at + 1)) {
    if (at > 0 && environment[at - 1] !== 0) continue;
    const end = environment.indexOf(0, at);
    return environment.toString('utf8', at + assignment.length, end < 0 ? environment.length : end).split(' ');
  }
  return [];
}
