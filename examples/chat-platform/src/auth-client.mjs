/** Asks the auth service; its answer is final, and no answer means no. */
export function createAuthClient(baseUrl) {
  return {
    async check() {
      const response = await fetch(`${baseUrl}/health`, { signal: AbortSignal.timeout(5000) });
      if (!response.ok) throw new Error(`the auth service answers ${response.status}`);
    },
    /** `{ valid, claims?, reason? }`; never rejects. */
    async verify(token) {
      try {
        const response = await fetch(`${baseUrl}/verify`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ token }),
          signal: AbortSignal.timeout(5000),
        });
        return response.ok ? await response.json() : { valid: false, reason: `auth answers ${response.status}` };
      } catch (error) {
        return { valid: false, reason: `auth is unreachable: ${error.message}` };
      }
    },
  };
}
