#!/usr/bin/env bash
# What a server of three has of a stream with three copies after it was killed and started again, with nats-server 2.9.10:
#
#   purged    after a purge of some messages (`filter`, or `seq`): nothing of what stood there at that time; the two others have it.
#             A purge of all is done well, and so are removals one by one. nats-server issue 4196, mended by pull requests 4212 and 4357.
#   counted   after publishes that were refused or were duplicates (`Nats-Msg-Id`): its sequences are ahead of the others' for good, and
#             messages that were removed by their sequences are back. A removal by sequence hits another message there from then on.
#             nats-server pull requests 4365 (2.9.22) and 5179 (2.10.12).
#
# Whatever it has is what the cluster has when that server leads the stream. A single server does neither.
# Seen with Debian's nats-server 2.9.10 and @nats-io/transport-node 3.3.1 on 2026-11-30.
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
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, headers } from '@nats-io/transport-node';

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** What the servers have of the stream after one of them, its leader, was killed and started again. */
async function afterRestart(work) {
  const folder = mkdtempSync(join(tmpdir(), 'nats-finding-'));
  const [ports, routes, monitors] = await Promise.all(
    [0, 1, 2].map(() => Promise.all(Array.from({ length: 3 }, freePort))),
  );
  const peers = routes.map((route) => `nats://127.0.0.1:${route}`);
  const start = (index) => {
    const args = ['-a', '127.0.0.1', '-p', ports[index], '-m', monitors[index], '-js', '-sd', join(folder, `${index}`)];
    args.push('-n', `s${index}`, '--cluster_name', 'c', '--cluster', peers[index], '--routes', peers.join(','));
    return spawn('nats-server', args.map(String), { stdio: 'ignore' });
  };
  const servers = ports.map((_, index) => start(index));
  const stateOf = async (port) => {
    const answer = await fetch(`http://127.0.0.1:${port}/jsz?streams=true&accounts=true`);
    const { messages, last_seq } = (await answer.json()).account_details?.[0]?.stream_detail?.[0]?.state ?? {};
    return `${messages} messages, last ${last_seq}`;
  };
  try {
    const nc = await connect({ servers: ports.map((port) => `127.0.0.1:${port}`), waitOnFirstConnect: true });
    const api = async (what, body) => (await nc.request(`$JS.API.STREAM.${what}.S`, JSON.stringify(body))).json();
    const config = { name: 'S', subjects: ['s.>'], num_replicas: 3, storage: 'file', max_msgs_per_subject: 1 };
    while ((await api('CREATE', config).catch((error) => ({ error }))).error) await sleep(500);
    const publish = async (subject, id) => {
      const made = headers();
      if (id) made.set('Nats-Msg-Id', id);
      return (await nc.request(subject, 'x', { headers: made, timeout: 10_000 })).json();
    };
    await work({ api, publish });
    await sleep(1000);
    const leader = Number((await api('INFO', {})).cluster.leader.slice(1));
    servers[leader].kill('SIGKILL');
    await once(servers[leader], 'exit');
    await sleep(8000);
    servers[leader] = start(leader);
    await sleep(5000);
    const others = monitors.filter((_, index) => index !== leader);
    const states = { restarted: await stateOf(monitors[leader]), other: await stateOf(others[0]) };
    await nc.close();
    return states;
  } finally {
    for (const server of servers) server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

const purged = await afterRestart(async ({ api, publish }) => {
  for (let n = 0; n < 30; n++) await publish(`s.keep.${n}`);
  for (let n = 0; n < 30; n++) {
    await publish(`s.drop.${n}`);
    await api('PURGE', { filter: `s.drop.${n}` });
  }
});
const counted = await afterRestart(async ({ api, publish }) => {
  for (let n = 0; n < 100; n++) await Promise.all([1, 2, 3].map(() => publish('s.same', `${n}`)));
  for (let n = 0; n < 30; n++) await api('MSG.DELETE', { seq: (await publish(`s.drop.${n}`)).seq, no_erase: true });
});
console.log({ purged, counted });
process.exit(purged.restarted !== purged.other && counted.restarted !== counted.other ? 0 : 1);
JS
