#!/usr/bin/env bash
# A gRPC client behind a proxy (grpc_proxy) asks it for its server by CONNECT. @grpc/grpc-js 1.13.0 and 1.13.1 do not: they connect to the
# proxy and speak TLS to it, as if it were the server. internal-channel.ts hands the channel's own options on, without the target that
# the proxy is to be asked for. So no client on these versions gets through any proxy. @gomomento/sdk pins 1.13.1 from 1.111 to 1.118.0.
#
# Seen with Node 20.20.2 on 2026-11-29. The first bytes that reach the proxy:
#
#   1.12.6    CONNECT
#   1.13.1    TLS
#   1.13.2    CONNECT
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  v1.12.6@npm:@grpc/grpc-js@1.12.6 v1.13.1@npm:@grpc/grpc-js@1.13.1 v1.13.2@npm:@grpc/grpc-js@1.13.2

cat > proxy.mjs <<'JS'
import { createServer } from 'node:net';

const name = process.argv[2];
const grpc = (await import(name)).default;
const proxy = createServer((socket) => {
  socket.once('data', (bytes) => {
    console.log(`${name.slice(1).padEnd(10)}${bytes[0] === 22 ? 'TLS' : bytes.toString('latin1').split(' ')[0]}`);
    process.exit();
  });
});
proxy.listen(0, '127.0.0.1', () => {
  process.env.grpc_proxy = `http://127.0.0.1:${proxy.address().port}`;
  delete process.env.no_grpc_proxy;
  delete process.env.no_proxy;
  new grpc.Client('server.example:443', grpc.credentials.createSsl()).waitForReady(Date.now() + 10_000, () => {});
});
JS
seen=$(for name in v1.12.6 v1.13.1 v1.13.2; do node proxy.mjs "$name" 2>/dev/null; done)
echo "$seen"
expected='1.12.6    CONNECT
1.13.1    TLS
1.13.2    CONNECT'
[ "$seen" = "$expected" ]
