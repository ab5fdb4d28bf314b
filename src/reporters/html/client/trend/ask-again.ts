/** What to do where the page of the history cannot be shown. */
export const askAgain = 'runner history trend --html makes it again.';
