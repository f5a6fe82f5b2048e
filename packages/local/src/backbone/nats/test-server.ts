// NATS servers of tests, on free ports of this machine and in folders of their own. Used by tests only.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { connect as connectClient } from '@nats-io/transport-node';

/** Where nats-server is; `undefined`, and said, where it is not installed. */
export const natsServer = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  .map((folder) => join(folder, 'nats-server'))
  .find(existsSync);
if (!natsServer) console.log('nats-server is not installed: tests that need it are skipped.');

export interface TestServer {
  readonly port: number;
  /** `nats://127.0.0.1:PORT` */
  readonly url: string;
  readonly pid: number | undefined;
  /** Ends the process at once, as `kill -9` does. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and folder. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param config further lines of its configuration */
export async function startTestServer(config = '', jetStream = 'jetstream { store_dir: "DIR" }'): Promise<TestServer> {
  const [server] = await startServers(1, config, jetStream);
  if (!server) throw new Error('No server.');
  return server;
}

/** Servers that are one cluster, where there are several. */
export async function startServers(count: number, config = '', jetStream = 'jetstream { store_dir: "DIR" }') {
  const ports = await Promise.all(Array.from({ length: count * 2 }, freePort));
  const routes = ports.slice(count).map((port) => `nats://127.0.0.1:${port}`);
  const servers = Array.from({ length: count }, (_, index) => {
    const cluster =
      count > 1 ? `cluster { name: test, listen: "${routes[index]?.slice(7)}", routes: [${routes.join(', ')}] }` : '';
    return createTestServer(ports[index] ?? 0, `server_name: "s${index}"\n${cluster}\n${config}\n`, jetStream);
  });
  await Promise.all(servers.map((server) => server.start()));
  if (count > 1 && config === '') await canKeep(servers, count);
  return servers;
}

/** Resolves when the cluster's servers have found one another, so that a stream can be kept on all of them. */
async function canKeep(servers: readonly TestServer[], count: number): Promise<void> {
  const connection = await connectClient({ servers: servers.map(({ port }) => `127.0.0.1:${port}`) });
  const ask = async (what: string, body: unknown) => {
    const answer = await connection
      .request(`$JS.API.STREAM.${what}.ready`, JSON.stringify(body))
      .catch(() => undefined);
    return answer !== undefined && !answer.string().includes('"error"');
  };
  while (!(await ask('CREATE', { name: 'ready', subjects: ['ready'], num_replicas: count }))) {}
  await ask('DELETE', {});
  await connection.close();
}

function createTestServer(port: number, config: string, jetStream: string): TestServer {
  let folder: string | undefined;
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const over = once(child, 'exit');
    child.kill(signal);
    await over;
  };
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    get pid() {
      return child?.pid;
    },
    kill: () => end('SIGKILL'),
    async start() {
      if (!natsServer) throw new Error('nats-server is not installed.');
      folder ??= await mkdtemp(join(tmpdir(), 'earwitness-nats-'));
      const file = join(folder, 'server.conf');
      await writeFile(
        file,
        `listen: "127.0.0.1:${port}"\n${jetStream.replace('DIR', join(folder, 'data'))}\n${config}`,
      );
      child = spawn(natsServer, ['-c', file, '-l', join(folder, 'log')], { stdio: 'ignore' });
      await listens(port, child);
    },
    async stop() {
      await end('SIGKILL');
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isThere) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`nats-server ended with ${child.exitCode ?? child.signalCode} before it listened on ${port}.`);
}
