/** Says in words why a connection failed, and whether that means that nobody is there. */
export function describeNetworkError(error: unknown): { readonly problem: string; readonly absent: boolean } {
  const code = codeOf(error);
  const known = code === null ? undefined : meanings[code];
  if (known !== undefined) return known;
  const message = error instanceof Error ? error.message : String(error);
  return { problem: message === '' ? (code ?? 'the connection failed') : message, absent: false };
}

const meanings: Readonly<Record<string, { readonly problem: string; readonly absent: boolean }>> = {
  ECONNREFUSED: { problem: 'connection refused (nothing listens there)', absent: true },
  ENOTFOUND: { problem: 'the host name is not known (ENOTFOUND)', absent: true },
  EAI_AGAIN: { problem: 'the host name could not be looked up (EAI_AGAIN)', absent: true },
  EHOSTUNREACH: { problem: 'no route to the host (EHOSTUNREACH)', absent: true },
  ENETUNREACH: { problem: 'the network is unreachable (ENETUNREACH)', absent: true },
  ECONNRESET: { problem: 'the connection was closed before an answer came', absent: false },
  EPIPE: { problem: 'the connection was closed before an answer came', absent: false },
  EPROTO: { problem: 'the answer is not TLS (is it http instead of https?)', absent: false },
};

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
