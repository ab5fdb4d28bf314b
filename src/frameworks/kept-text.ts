/** The beginning and the end of a text that may be endless. */
export interface KeptText {
  add(text: string): void;
  read(): string;
}

const headChars = 48 * 1024;
const tailChars = 12 * 1024;

/** Keeps 60 Ki characters of what is added: its beginning and, where that is not all, its end. */
export function createKeptText(): KeptText {
  let head = '';
  let tail = '';
  let dropped = 0;
  return {
    add(text) {
      const room = headChars - head.length;
      head += text.slice(0, room);
      tail += text.slice(Math.max(0, room));
      if (tail.length <= 2 * tailChars) return;
      dropped += tail.length - tailChars;
      tail = tail.slice(-tailChars);
    },
    read: () => (dropped === 0 ? head + tail : `${head}\n[${dropped} characters left out]\n${tail}`),
  };
}
