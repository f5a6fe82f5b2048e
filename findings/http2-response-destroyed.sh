#!/usr/bin/env bash
# @types/node says that the response of an HTTP/2 server (compatibility API) is a stream.Writable, so that code for both versions of HTTP
# may ask `response.destroyed` and compiles. Node's class extends the old Stream alone: over HTTP/2 the property is undefined, before and
# after the caller has gone, and a loop that ends by it goes on for nobody. `response.stream.destroyed` is there, and right.
#
# Seen with Node 20.20.2, @types/node 24.9.2, TypeScript 5.9.3 on 2026-11-30. Source: https://nodejs.org/api/http2.html, http2.Http2ServerResponse
#
#   tsc                  accepts it as boolean
#   HTTP/1.1, gone       destroyed: true
#   HTTP/2, gone         destroyed: undefined, stream.destroyed: true
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @types/node@24.9.2 typescript@5.9.3

cat > typed.ts <<'TS'
import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

export const isGone = (response: ServerResponse | Http2ServerResponse): boolean => response.destroyed;
TS

cat > gone.mjs <<'JS'
import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${server.address().port}`;
}

const plain = http.createServer();
const plainAddress = await listen(plain);
const asking = http.get(plainAddress).on('error', () => {});
const [, answer] = await once(plain, 'request');
asking.destroy();
await once(answer, 'close');
console.log(`HTTP/1.1, gone       destroyed: ${answer.destroyed}`);

const second = http2.createServer();
const session = http2.connect(await listen(second)).on('error', () => {});
const stream = session.request({ ':path': '/' }).on('error', () => {});
const [, response] = await once(second, 'request');
const { stream: own } = response;
stream.close(http2.constants.NGHTTP2_CANCEL);
await once(own, 'close');
console.log(`HTTP/2, gone         destroyed: ${response.destroyed}, stream.destroyed: ${own.destroyed}`);
process.exit();
JS

expected='tsc                  accepts it as boolean
HTTP/1.1, gone       destroyed: true
HTTP/2, gone         destroyed: undefined, stream.destroyed: true'
echo "Node $(node --version)"
typed=$(npx tsc --noEmit --strict --module nodenext --types node typed.ts && echo 'accepts it as boolean' || echo 'refuses it')
actual="tsc                  $typed
$(node gone.mjs)"
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
