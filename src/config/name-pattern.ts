/** What suites, categories, services and the like may be called; it needs no quotes in a shell. */
export const namePattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
