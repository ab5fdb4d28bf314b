// Issues and verifies tokens: POST /token {user, ttlSeconds?}, POST /verify {token}, POST /revoke {token}, GET /health.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import process from 'node:process';
import { closeServer, listen, readJson, sendJson } from '../src/http.mjs';
import { signToken, verifyToken } from '../src/jwt.mjs';
import { required } from '../src/settings.mjs';

const secret = required(process.env, 'CHAT_JWT_SECRET');
const port = Number(required(process.env, 'PORT'));
const maxTtlSeconds = 3600;
const revoked = new Set();

const nowSeconds = () => Math.floor(Date.now() / 1000);

const routes = {
  'GET /health': (body, response) => sendJson(response, 200, { status: 'ok' }),
  'POST /token': (body, response) => {
    const { user, ttlSeconds = 600 } = body ?? {};
    if (typeof user !== 'string' || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(user)) {
      return sendJson(response, 400, { error: 'user must be 1 to 64 lower-case letters, digits or dashes' });
    }
    if (!Number.isInteger(ttlSeconds) || Math.abs(ttlSeconds) > maxTtlSeconds) {
      return sendJson(response, 400, { error: `ttlSeconds must be a whole number up to ${maxTtlSeconds}` });
    }
    const issued = nowSeconds();
    const claims = { sub: user, iat: issued, exp: issued + ttlSeconds, jti: randomUUID() };
    sendJson(response, 201, { token: signToken(claims, secret), expiresAt: claims.exp });
  },
  'POST /verify': (body, response) => sendJson(response, 200, verify(body?.token)),
  'POST /revoke': (body, response) => {
    const result = verify(body?.token);
    if (!result.valid) return sendJson(response, 400, { error: result.reason });
    revoked.add(body.token);
    sendJson(response, 200, { revoked: true });
  },
};

function verify(token) {
  const result = verifyToken(token ?? '', secret, nowSeconds());
  return result.valid && revoked.has(token) ? { valid: false, reason: 'revoked' } : result;
}

const server = createServer((request, response) => {
  // A client that goes away in the middle of its body is its own problem.
  answer(request, response).catch(() => response.destroy());
});

async function answer(request, response) {
  const [path] = request.url.split('?');
  const route = routes[`${request.method} ${path}`];
  if (route === undefined) return sendJson(response, 404, { error: 'not found' });
  const body = request.method === 'POST' ? await readJson(request) : null;
  if (request.method === 'POST' && body === null) return sendJson(response, 400, { error: 'the body must be JSON' });
  route(body, response);
}

await listen(server, port);
process.stdout.write(`auth listens on http://127.0.0.1:${server.address().port}\n`);
process.once('SIGTERM', () => closeServer(server));
