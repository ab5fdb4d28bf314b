/** What an agent can do; each tool takes the words behind its name and returns text. */
export const tools = {
  add: (words) => String(words.map(toNumber).reduce((sum, number) => sum + number, 0)),
  count: (words) => `${words.length} ${words.length === 1 ? 'word' : 'words'}`,
  reverse: (words) => Array.from(words.join(' ')).reverse().join(''),
};

/** The tool that a message asks for by its first word, `count` over the whole message otherwise. */
export function chooseTool(text) {
  const [first = '', ...rest] = text.trim().split(/\s+/);
  return Object.hasOwn(tools, first)
    ? { name: first, words: rest }
    : { name: 'count', words: text.trim().split(/\s+/) };
}

function toNumber(word) {
  const number = Number(word);
  if (word === '' || !Number.isFinite(number)) throw new Error(`"${word}" is not a number`);
  return number;
}
