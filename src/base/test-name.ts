/** Whether asking for `word` asks for the test `name` too: it is the test, or a class or suite around it, or all its parameters. */
export function coversName(word: string, name: string): boolean {
  return name === word || (name.startsWith(word) && /^(?:::| > | |\[|\(|#|\/|\.)/.test(name.slice(word.length)));
}
