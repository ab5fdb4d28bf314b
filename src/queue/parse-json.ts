/** What a text from the server means; `null` where it is not JSON, since anybody who reaches the server may have written it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
