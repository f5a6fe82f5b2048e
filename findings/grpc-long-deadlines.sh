#!/usr/bin/env bash
# A gRPC call that is given more time ends sooner. Connect's client writes every deadline in milliseconds: from
# 100,000,000 ms (27.8 hours) its grpc-timeout has nine digits, which the specification does not allow and Connect's
# own server refuses. From 2^31 ms (24.9 days) Connect's client, Connect's server and the server of @grpc/grpc-js each
# set a timer that Node shortens to 1 ms, so the call ends with deadline_exceeded at once. Only the client of
# @grpc/grpc-js knows the limit: it writes 30 days as "2592000S" and sets no timer, and its own server cuts it off.
# Both protocols allow 30 days: gRPC up to 99,999,999 hours, Connect up to ten digits of milliseconds (115 days).
#
# Seen with Node 20.20.2, @connectrpc/connect and @connectrpc/connect-node 2.1.2 (2.3.0, which is for Node 22, does the
# same), @grpc/grpc-js 1.14.7 on 2026-11-29. Sources: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
# (TimeoutValue: at most 8 digits), https://connectrpc.com/docs/protocol (Timeout-Milliseconds: at most 10 digits)
#
#   client         server    27 hours  28 hours          30 days
#   connect        connect   ok        ok                deadline_exceeded
#   connect, gRPC  connect   ok        invalid_argument  deadline_exceeded
#   grpc-js        connect   ok        ok                deadline_exceeded
#   grpc-js        grpc-js   ok        ok                deadline_exceeded
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @connectrpc/connect@2.1.2 @connectrpc/connect-node@2.1.2 \
  @bufbuild/protobuf@2.17.0 @grpc/grpc-js@1.14.7

cat > deadlines.mjs <<'JS'
import * as http2 from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { EmptySchema, FileDescriptorProtoSchema, file_google_protobuf_empty } from '@bufbuild/protobuf/wkt';
import { createClient } from '@connectrpc/connect';
import { connectNodeAdapter, createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import grpc from '@grpc/grpc-js';

const empty = 'google.protobuf.Empty';
const file = create(FileDescriptorProtoSchema, {
  name: 'wait.proto',
  package: 'wait',
  syntax: 'proto3',
  dependency: ['google/protobuf/empty.proto'],
  service: [{ name: 'Waiter', method: [{ name: 'Wait', inputType: `.${empty}`, outputType: `.${empty}` }] }],
});
const Waiter = createFileRegistry(file, () => file_google_protobuf_empty.proto).getService('wait.Waiter');

// Both servers work for a fifth of a second, and answer unless the deadline has ended the call.
const routes = (router) =>
  router.service(Waiter, {
    wait: async (_request, context) => {
      await pause(200);
      context.signal.throwIfAborted();
      return create(EmptySchema);
    },
  });
const connectServer = http2.createServer(connectNodeAdapter({ routes }));
await new Promise((done) => connectServer.listen(0, '127.0.0.1', done));
const connectAddress = `127.0.0.1:${connectServer.address().port}`;

const bytes = (value) => value;
const method = { path: '/wait.Waiter/Wait', requestStream: false, responseStream: false };
const request = { requestSerialize: bytes, requestDeserialize: bytes };
const response = { responseSerialize: bytes, responseDeserialize: bytes };
const grpcServer = new grpc.Server();
grpcServer.addService({ Wait: { ...method, ...request, ...response } }, {
  Wait: (_call, callback) => pause(200).then(() => callback(null, Buffer.alloc(0))),
});
const grpcPort = await new Promise((done, fail) =>
  grpcServer.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
    error ? fail(error) : done(port),
  ),
);

const byConnect = (transport) => async (timeoutMs) => {
  const client = createClient(Waiter, transport({ baseUrl: `http://${connectAddress}`, httpVersion: '2' }));
  return client.wait({}, { timeoutMs }).then(
    () => 'ok',
    (error) => /^\[(\w+)\]/.exec(error.message)[1],
  );
};
const byGrpc = (address) => (timeoutMs) =>
  new Promise((done) => {
    const client = new grpc.Client(address, grpc.credentials.createInsecure());
    client.makeUnaryRequest(method.path, bytes, bytes, Buffer.alloc(0), { deadline: Date.now() + timeoutMs }, (error) =>
      done(error ? grpc.status[error.code].toLowerCase() : 'ok'),
    );
  });

const hour = 3_600_000;
const line = (client, server, ...results) =>
  console.log(`${client.padEnd(15)}${server.padEnd(10)}${results[0].padEnd(10)}${results[1].padEnd(18)}${results[2]}`);
line('client', 'server', '27 hours', '28 hours', '30 days');
for (const [client, server, call] of [
  ['connect', 'connect', byConnect(createConnectTransport)],
  ['connect, gRPC', 'connect', byConnect(createGrpcTransport)],
  ['grpc-js', 'connect', byGrpc(connectAddress)],
  ['grpc-js', 'grpc-js', byGrpc(`127.0.0.1:${grpcPort}`)],
]) {
  line(client, server, await call(27 * hour), await call(28 * hour), await call(30 * 24 * hour));
}
process.exit();
JS

expected='client         server    27 hours  28 hours          30 days
connect        connect   ok        ok                deadline_exceeded
connect, gRPC  connect   ok        invalid_argument  deadline_exceeded
grpc-js        connect   ok        ok                deadline_exceeded
grpc-js        grpc-js   ok        ok                deadline_exceeded'
echo "Node $(node --version)"
actual=$(node --no-warnings deadlines.mjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
