/** Where a protocol is served when an address says nothing of a port. */
export const wellKnownPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'ws:': 80,
  'wss:': 443,
  'postgres:': 5432,
  'postgresql:': 5432,
  'mysql:': 3306,
  'redis:': 6379,
  'amqp:': 5672,
  'mongodb:': 27017,
};
