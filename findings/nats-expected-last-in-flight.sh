#!/usr/bin/env bash
# On a stream of three servers, JetStream of nats-server 2.9.10 stores both of two messages that expect the same message as the newest
# of their subject (Nats-Expected-Last-Subject-Sequence above 0) when they come at nearly the same time: it looks at what is stored,
# not at what is under way. So compare-and-set, and with it KV's `update(key, value, revision)`, loses updates in a cluster, also of one
# client that does not wait. One server refuses the second, and so does a cluster that expects 0 (a new subject, KV's `create`).
# A message id that both share, made of subject and expected sequence, makes the second a duplicate, which its answer says.
#
# Seen with Debian's nats-server 2.9.10 and @nats-io/transport-node 3.3.1 on 2026-11-30: of 200 pairs on two connections, both were
# stored
#
#   one server                     0
#   three servers, R3      100–152    (of 500 pairs on one connection: 499)
#   three servers, with the id     0
#
# Exit code 0: still so with the nats-server of this machine. 1: it has changed. 2: there is none.
set -euo pipefail
command -v nats-server >/dev/null || [ -x /usr/sbin/nats-server ] || { echo 'nats-server is not installed'; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @nats-io/transport-node@3.3.1

PATH=$PATH:/usr/sbin node --input-type=module - <<'JS'
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, headers } from '@nats-io/transport-node';

const PAIRS = 200;
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function bothStored(count, withId) {
  const folder = mkdtempSync(join(tmpdir(), 'nats-finding-'));
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const routes = await Promise.all(Array.from({ length: count }, freePort));
  const servers = ports.map((port, index) => {
    const args = ['-a', '127.0.0.1', '-p', port, '-js', '-sd', join(folder, `${index}`), '-n', `s${index}`];
    const peers = routes.map((route) => `nats://127.0.0.1:${route}`);
    if (count > 1) args.push('--cluster_name', 'c', '--cluster', peers[index], '--routes', peers.join(','));
    return spawn('nats-server', args.map(String), { stdio: 'ignore' });
  });
  try {
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    const connected = () => connect({ servers: addresses, waitOnFirstConnect: true, maxReconnectAttempts: -1 });
    const [one, two] = [await connected(), await connected()];
    const config = { name: 'S', subjects: ['s'], num_replicas: count > 1 ? 3 : 1, storage: 'file' };
    for (;;) {
      const answer = await one.request('$JS.API.STREAM.CREATE.S', JSON.stringify(config)).catch(() => undefined);
      if (answer && !answer.json().error) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const publish = async (connection, last) => {
      const made = headers();
      if (last) made.set('Nats-Expected-Last-Subject-Sequence', `${last}`);
      if (last && withId) made.set('Nats-Msg-Id', `s@${last}`);
      return (await connection.request('s', 'x', { headers: made, timeout: 10_000 })).json();
    };
    let last = (await publish(one)).seq;
    let both = 0;
    for (let pair = 0; pair < PAIRS; pair++) {
      const answers = await Promise.all([publish(one, last), publish(two, last)]);
      const stored = answers.filter(({ error, duplicate }) => !error && !duplicate).map(({ seq }) => seq);
      if (stored.length === 2) both++;
      last = Math.max(...stored);
    }
    await Promise.all([one.close(), two.close()]);
    return both;
  } finally {
    for (const server of servers) server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

const single = await bothStored(1, false);
const cluster = await bothStored(3, false);
const fenced = await bothStored(3, true);
console.log(`both stored of ${PAIRS} pairs: one server ${single}, three ${cluster}, three with a shared id ${fenced}`);
process.exit(single === 0 && cluster > 0 && fenced === 0 ? 0 : 1);
JS
