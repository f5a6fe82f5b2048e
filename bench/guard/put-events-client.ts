// Sends as many PutEvents as it is told, each of one entry or of as many as it was started with, over a few connections that it keeps, and
// says when all are answered. It speaks HTTP/1.1 by hand, so that it is never what the server waits for.
import { once } from 'node:events';
import { connect } from 'node:net';

const CONNECTIONS = 8;

const port = Number(process.argv[2]);
const entriesPerRequest = Number(process.argv[3] ?? 1);
const detail = { id: '1f6c2a4e-2f0d-4c9e-8a1b-6f1d3c5b7a90', total: 42.5, items: [{ sku: 'a', count: 2 }] };
const entry = {
  Source: 'OrderService',
  DetailType: 'OrderCreated',
  Detail: JSON.stringify(detail),
  EventBusName: 'default',
};
const body = JSON.stringify({ Entries: Array.from({ length: entriesPerRequest }, () => entry) });
const request = Buffer.from(
  [
    'POST / HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/x-amz-json-1.1',
    'x-amz-target: AWSEvents.PutEvents',
    'x-amz-date: 20261122T112644Z',
    'x-amz-user-agent: aws-sdk-js/3.1168.0',
    `authorization: AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/events/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n'),
);

let unsent = 0;
let unanswered = 0;

async function open() {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  // An answer is one small segment.
  socket.on('data', (answer) => {
    if (answer.subarray(9, 12).toString() !== '200') throw new Error(answer.toString());
    send();
    unanswered--;
    if (unanswered === 0) process.send?.({});
  });
  const send = () => {
    if (unsent === 0) return;
    unsent--;
    socket.write(request);
  };
  return send;
}

const connections = await Promise.all(Array.from({ length: CONNECTIONS }, open));
process.on('message', (question) => {
  unsent = unanswered = Number(question);
  for (const send of connections) send();
});
process.send?.({});
