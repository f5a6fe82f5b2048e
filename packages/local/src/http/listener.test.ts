import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createClock } from '../clock/clock.ts';
import { createJournal } from '../journal/journal.ts';
import { createGuard } from './guard.ts';
import { createListener } from './listener.ts';
import { bindPorts } from './ports.ts';

// Source: Node, http.Server, requestTimeout: "the server responds with status 408 and closes the connection".
test.each([
  ['that Node reads', 'GET / HTTP/1.1\r\nhost: a\r\n'],
  ['with a body that Node reads', 'PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\na'],
])('a request %s and that does not come to its end is not waited for without a limit', async (_what, begun) => {
  const { plain, tls } = await bindPorts('127.0.0.1', { port: 0, tlsPort: 0 });
  const clock = createClock();
  const listener = createListener({
    plain: [plain],
    tls,
    certificate: () => Promise.reject(new Error('nobody asks for it')),
    doors: [],
    streamDoors: [],
    guard: createGuard({ host: '127.0.0.1', hosts: [], origins: [] }),
    journal: createJournal(clock),
    clock,
    limits: { requestTimeout: 1, connectionsCheckingInterval: 1 },
  });
  const socket = connect(plain.port, '127.0.0.1');
  let said = '';
  socket.on('data', (piece) => {
    said += piece;
  });
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write(begun);
  await closed;
  expect(said).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  await listener.close();
});
