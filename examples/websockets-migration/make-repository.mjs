// Writes the repository of this example into a folder: 174 test files that call websockets in the old way, and the config with its baseline.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const counts = { mission_critical: 7, integration: 83, e2e: 33, unit: 51 };

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error('name a folder: node make-repository.mjs /tmp/chat');
for (const [folder, count] of Object.entries(counts)) {
  mkdirSync(join(target, 'tests', folder), { recursive: true });
  for (let index = 1; index <= count; index += 1)
    writeFileSync(join(target, nameOf(folder, index)), testOf(folder, index));
}
mkdirSync(join(target, 'test_framework'), { recursive: true });
writeFileSync(join(target, 'test_framework/websocket_helpers.py'), helpers());
for (const file of ['runner.config.yaml', 'runner.guards.json'])
  copyFileSync(join(import.meta.dirname, file), join(target, file));

function nameOf(folder, index) {
  return `tests/${folder}/test_websocket_${String(index).padStart(2, '0')}.py`;
}

/** Every third connects without the helper; two of P1 take the old client too. */
function testOf(folder, index) {
  const isDirect = index % 3 === 1;
  const isLegacy = folder === 'integration' && index <= 2;
  return `${isLegacy ? 'import websockets.legacy\n' : 'import websockets\n'}
from test_framework.websocket_helpers import connect


async def test_connects(url, token):
    async with ${isDirect ? 'websockets.connect' : 'connect'}(url, extra_headers={"Authorization": token}) as socket:
        assert await socket.recv() == "ready"
`;
}

function helpers() {
  return `import websockets


def connect(url, additional_headers=None, **old):
    if "extra_headers" in old:
        extra_headers = old.pop("extra_headers")
        additional_headers = extra_headers
    return websockets.connect(url, additional_headers=additional_headers, **old)
`;
}
