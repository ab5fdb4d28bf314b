/** The address of a file beside the page; a path can never become an address of another kind. */
export function relativeHref(path: string): string {
  return `./${path.toWellFormed().split('/').map(encodeURIComponent).join('/')}`;
}
