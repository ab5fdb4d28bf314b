/** The token of a WebSocket handshake: `Authorization: Bearer …`, or for browsers a subprotocol `token.…`; `null` without one. */
export function tokenOf(headers) {
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '');
  if (bearer !== null) return bearer[1];
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim());
  return offered.find((word) => word.startsWith('token.'))?.slice('token.'.length) ?? null;
}

/** Refuses a handshake in plain HTTP, so that clients see a status and not a dropped connection. */
export function refuse(socket, status, reason) {
  const body = JSON.stringify({ error: reason });
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
