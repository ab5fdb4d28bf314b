// The chat backend: GET /health, and an authenticated WebSocket at /ws that carries messages in and agents' events out.
import { createServer } from 'node:http';
import process from 'node:process';
import { WebSocketServer } from 'ws';
import { createAuthClient } from '../src/auth-client.mjs';
import { createChatSession, createUserQueue } from '../src/chat-session.mjs';
import { createEventBridge } from '../src/event-bridge.mjs';
import { refuse, tokenOf } from '../src/handshake.mjs';
import { closeServer, listen, sendJson } from '../src/http.mjs';
import { createRateLimit } from '../src/rate-limit.mjs';
import { required } from '../src/settings.mjs';
import { createSupervisor } from '../src/supervisor.mjs';

const port = Number(required(process.env, 'PORT'));
const auth = createAuthClient(required(process.env, 'AUTH_URL'));

const bridge = createEventBridge();
const rateLimit = createRateLimit({ burst: 50, perSecond: 20, now: Date.now });
const queue = createUserQueue((error) => process.stderr.write(`agent failed: ${error.stack}\n`));
const sockets = new WebSocketServer({
  noServer: true,
  maxPayload: 16 * 1024,
  handleProtocols: (offered) => (offered.has('chat') ? 'chat' : false),
});

const server = createServer((request, response) => {
  if (request.method === 'GET' && request.url === '/health') {
    return sendJson(response, 200, {
      status: 'ok',
      components: supervisor.states(),
      connections: bridge.connections(),
    });
  }
  sendJson(response, 404, { error: 'not found' });
});

server.on('upgrade', async (request, socket, head) => {
  socket.on('error', () => socket.destroy());
  if (request.url.split('?')[0] !== '/ws') return refuse(socket, '404 Not Found', 'not found');
  const token = tokenOf(request.headers);
  if (token === null) return refuse(socket, '401 Unauthorized', 'a token is needed');
  const result = await auth.verify(token);
  if (!result.valid) return refuse(socket, '401 Unauthorized', result.reason);
  sockets.handleUpgrade(request, socket, head, (client) => welcome(client, result.claims.sub));
});

function welcome(client, user) {
  const reply = (body) => client.send(JSON.stringify(body), () => undefined);
  const sequence = bridge.connect(user, client);
  const session = createChatSession({ user, bridge, queue, rateLimit, reply });
  client.on('message', (data, isBinary) => session.receive(data, isBinary));
  client.on('close', () => bridge.disconnect(user, client));
  // A protocol error closes this one connection, with its code; there is nobody else to tell.
  client.on('error', () => undefined);
  reply({ type: 'ready', user, sequence });
}

let pruning = null;
const supervisor = createSupervisor({
  auth: { start: () => auth.check() },
  bridge: {
    start: () => {
      pruning = setInterval(() => rateLimit.prune(), 60_000).unref();
    },
    stop: () => clearInterval(pruning),
  },
  server: {
    needs: ['auth', 'bridge'],
    start: () => listen(server, port),
    stop: () => {
      for (const client of sockets.clients) client.close(1001, 'the server is going away');
      return closeServer(server);
    },
  },
});

await supervisor.startAll();
process.stdout.write(`backend listens on http://127.0.0.1:${server.address().port}\n`);
process.once('SIGTERM', async () => {
  await supervisor.stopAll();
  for (const client of sockets.clients) client.terminate();
});
