#!/usr/bin/env bash
# Node's diagnostics channel `net.client.socket` is documented as "emitted when a new TCP or pipe client socket is created". The sockets
# that tls.connect() and https.get() make are not announced; those of gRPC over TLS are, because @grpc/grpc-js connects by net first.
# So who follows a process's connections by this channel sees its gRPC calls and none of its HTTPS requests.
#
# Seen with Node 20.20.2, @grpc/grpc-js 1.13.5, selfsigned 5.5.0 on 2026-11-28. Source: https://nodejs.org/api/diagnostics_channel.html
#
#   net.connect       1
#   tls.connect       0
#   https.get         0
#   gRPC over TLS     1
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @grpc/grpc-js@1.13.5 selfsigned@5.5.0

cat > sockets.mjs <<'JS'
import { subscribe } from 'node:diagnostics_channel';
import * as https from 'node:https';
import * as net from 'node:net';
import * as tls from 'node:tls';
import grpc from '@grpc/grpc-js';
import { generate } from 'selfsigned';

const altNames = [{ type: 2, value: 'localhost' }];
const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
  extensions: [{ name: 'subjectAltName', altNames }],
});

let announced = 0;
subscribe('net.client.socket', () => announced++);
async function count(what, connect) {
  announced = 0;
  await new Promise(connect);
  console.log(`${what.padEnd(18)}${announced}`);
}

const server = https.createServer({ key, cert }, (_request, response) => response.end('ok'));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const to = { host: '127.0.0.1', servername: 'localhost', port: server.address().port };

const grpcServer = new grpc.Server();
const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
const grpcPort = await new Promise((done, fail) =>
  grpcServer.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createSsl(null, [pair]), (error, port) =>
    error ? fail(error) : done(port),
  ),
);

await count('net.connect', (done) => {
  const socket = net.connect(to, () => socket.destroy()).once('close', done);
});
await count('tls.connect', (done) => {
  const socket = tls.connect({ ...to, ca: cert }, () => socket.destroy()).once('close', done);
});
await count('https.get', (done, fail) => {
  https.get({ ...to, ca: cert, agent: false }, (answer) => answer.resume().once('end', done)).once('error', fail);
});
await count('gRPC over TLS', (done, fail) => {
  const client = new grpc.Client(`127.0.0.1:${grpcPort}`, grpc.credentials.createSsl(Buffer.from(cert)), {
    'grpc.ssl_target_name_override': 'localhost',
  });
  client.waitForReady(Date.now() + 20_000, (error) => {
    client.close();
    if (error) fail(error);
    else done();
  });
});
process.exit();
JS

expected='net.connect       1
tls.connect       0
https.get         0
gRPC over TLS     1'
echo "Node $(node --version)"
actual=$(node sockets.mjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
