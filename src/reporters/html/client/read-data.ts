/**
 * The data that the page was written with, if it is what the page shows, as JSON or, where that would be large, as gzip in base64.
 *
 * @throws Error that says what is wrong with the file, for its reader
 */
export async function readData<T>(page: Document, isOurs: (read: unknown) => read is T): Promise<T> {
  const block = page.getElementById('data');
  if (block === null) throw new Error('It holds no data: the file was cut off, or something removed its scripts.');
  const text = block.textContent;
  let read: unknown;
  try {
    read = block.getAttribute('type') === 'application/gzip' ? await unzip(text.trim()) : JSON.parse(text);
  } catch (error) {
    throw new Error('Its data cannot be read: the file was cut off or changed.', { cause: error });
  }
  if (!isOurs(read)) throw new Error('Its data was written for another version of this page.');
  return read;
}

async function unzip(base64: string): Promise<unknown> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).json();
}
