import process from 'node:process';

/** Where runner says a service is; the tests never start one themselves. */
export function serviceUrl(name) {
  const variable = `RUNNER_SERVICE_${name.toUpperCase()}_URL`;
  const url = process.env[variable];
  if (url === undefined || url === '' || url === 'none') {
    throw new Error(`${variable} is not set: run these tests with runner, which starts the services`);
  }
  return url;
}

/** Sends JSON and reads JSON. */
export async function postJson(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, body: await response.json() };
}

/** A fresh token from the auth service. */
export async function fetchToken(user, ttlSeconds = 600) {
  const { status, body } = await postJson(`${serviceUrl('auth')}/token`, { user, ttlSeconds });
  if (status !== 201) throw new Error(`no token for ${user}: ${status} ${JSON.stringify(body)}`);
  return body.token;
}
