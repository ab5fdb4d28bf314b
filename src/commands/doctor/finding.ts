/** One thing that was looked at. */
export interface Finding {
  /** `tool`, `docker`, `service`, `limits`, `cpu`, `clock`, `disk`, `git`, `history`, `reports`, `state` or `config`. */
  readonly check: string;
  /** `missing`: what was selected cannot run without it. */
  readonly status: 'ok' | 'warning' | 'missing';
  readonly message: string;
  /** What mends it; `null` = nothing is to be done. */
  readonly remedy: string | null;
}

/** Something that is as it should be. */
export function fine(check: string, message: string): Finding {
  return { check, status: 'ok', message, remedy: null };
}

/** Something to know of that keeps nothing from running. */
export function doubtful(check: string, message: string, remedy: string): Finding {
  return { check, status: 'warning', message, remedy };
}

/** Something without which what was selected cannot run. */
export function lacking(check: string, message: string, remedy: string): Finding {
  return { check, status: 'missing', message, remedy };
}
