/** Carries each user's events to that user's sockets and nobody else's, in order, and keeps the last ones for who reconnects. */
export function createEventBridge({ historyLength = 200 } = {}) {
  const users = new Map();
  const userOf = (name) => {
    const known = users.get(name);
    if (known !== undefined) return known;
    const created = { sockets: new Set(), sequence: 0, history: [] };
    users.set(name, created);
    return created;
  };
  return {
    /** `socket` needs a `send(text)`; returns the user's last sequence number. */
    connect(name, socket) {
      const user = userOf(name);
      user.sockets.add(socket);
      return user.sequence;
    },
    disconnect(name, socket) {
      users.get(name)?.sockets.delete(socket);
    },
    /** Numbers the event and sends it; a socket that cannot take it never keeps it from the others. */
    emit(name, event) {
      const user = userOf(name);
      user.sequence += 1;
      const numbered = { ...event, user: name, sequence: user.sequence };
      user.history.push(numbered);
      if (user.history.length > historyLength) user.history.shift();
      const text = JSON.stringify(numbered);
      for (const socket of user.sockets) {
        try {
          socket.send(text);
        } catch {
          user.sockets.delete(socket);
        }
      }
      return numbered;
    },
    /** Events after a sequence number; `complete` is false when some of them are no longer kept. */
    since(name, after) {
      const { history, sequence } = userOf(name);
      const events = history.filter((event) => event.sequence > after);
      return { events, complete: events.length === Math.max(0, sequence - after) };
    },
    connections: () => [...users.values()].reduce((sum, user) => sum + user.sockets.size, 0),
  };
}
