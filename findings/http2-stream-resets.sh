#!/usr/bin/env bash
# An HTTP/2 server of Node 20 closes a connection after about 1000 streams that its client reset in a burst (33 a second from then on),
# with GOAWAY 2, and other streams of the connection go with it. Cancelling a gRPC call is a reset, so a client that subscribes and
# unsubscribes fast meets it. The options streamResetBurst and streamResetRate (nodejs/node PR 54875) raise the limit in Node 24; Node 20
# takes them without a word and goes on as before. Nothing else in Node 20 reaches this limit, which is nghttp2's.
#
# Seen with Node 20.20.2 (nghttp2 1.61.0) and Node 24.21.0 (1.70.0) on 2026-11-29: streams of 5000 that were answered, with the options.
#
#   Node 20   about 1000, then GOAWAY 2
#   Node 24   5000
#
# Exit code 0: still so with the Node that runs this. 1: it has changed.
set -euo pipefail
file=$(mktemp --suffix=.mjs)
trap 'rm -f "$file"' EXIT

cat > "$file" <<'JS'
import { connect, constants, createServer } from 'node:http2';

const server = createServer({ streamResetBurst: 100_000, streamResetRate: 100_000 });
server.on('sessionError', () => {});
server.on('stream', (stream) => {
  stream.on('error', () => {});
  stream.respond({ ':status': 200 });
  stream.write('x');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const client = connect(`http://127.0.0.1:${server.address().port}`);
client.on('error', () => {});
let goaway;
client.on('goaway', (code) => {
  goaway = code;
});
let answered = 0;
const cycle = () =>
  new Promise((resolve) => {
    const stream = client.request({ ':path': '/' });
    stream.on('error', resolve);
    stream.on('close', resolve);
    stream.on('data', () => {
      answered++;
      stream.close(constants.NGHTTP2_CANCEL);
    });
  });
while (answered < 5000 && goaway === undefined) await Promise.all(Array.from({ length: 8 }, cycle));
console.log(`${process.version}: ${answered} answered${goaway === undefined ? '' : `, then GOAWAY ${goaway}`}`);
const major = Number(process.versions.node.split('.')[0]);
process.exit((goaway === undefined) === major >= 24 ? 0 : 1);
JS
node "$file"
