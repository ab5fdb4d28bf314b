/** A variable that must be there; a service that guesses would be tested in a state nobody asked for. */
export function required(env, name) {
  const value = env[name];
  if (value === undefined || value === '') {
    process.stderr.write(`${name} is not set\n`);
    process.exit(2);
  }
  return value;
}
