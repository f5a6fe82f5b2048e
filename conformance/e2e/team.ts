// Several nodes of one cloud, each a process of the built command line, and clients that go on at the next node when one
// is gone. Nodes are killed as `kill -9` does; what they said stays to be read.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../packages/local/src/backbone/nats/test-server.ts';
import { cli, root } from './run.ts';

export interface TeamNode {
  readonly name: string;
  readonly url: string;
  readonly isUp: boolean;
  /** Resolves when it answers. */
  start(): Promise<void>;
  kill(): Promise<void>;
  /** What it has printed. */
  printed(): string;
}

/** @param args of `earwitness dev`, beside port and name */
export async function startTeam(count: number, args: readonly string[]): Promise<TeamNode[]> {
  const nodes = await Promise.all(Array.from({ length: count }, (_, index) => createNode(`node-${index + 1}`, args)));
  await Promise.all(nodes.map((node) => node.start()));
  return nodes;
}

async function createNode(name: string, args: readonly string[]): Promise<TeamNode> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let printed = '';
  let isUp = false;
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    name,
    url,
    get isUp() {
      return isUp;
    },
    printed: () => printed,
    async start() {
      const all = [cli, 'dev', '--no-deploy', '--port', String(port), '--node-name', name, ...args];
      child = spawn(process.execPath, all, {
        cwd: root,
        env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (chunk: string) => {
          printed = (printed + chunk).slice(-100_000);
        });
      }
      while (!(await answers(url))) {
        if (!isRunning()) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}: ${printed}`);
        await pause(50);
      }
      isUp = true;
    },
    async kill() {
      isUp = false;
      if (!child || !isRunning()) return;
      const over = once(child, 'exit');
      child.kill('SIGKILL');
      await over;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/_earwitness/health`, { signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Between attempts: what is asked is somewhere else, and says nothing by itself. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How long a client goes on trying, ms: longer than it takes to take a node for dead, or to choose another leader. */
const PATIENCE_MS = 90_000;

/**
 * Asks one node after the other, from a different one each time, until one answers; an answer that says that it was
 * asked wrongly is thrown.
 */
export function askNodes<Client>(nodes: readonly TeamNode[], connect: (url: string) => Client) {
  const clients = nodes.map(({ url }) => connect(url));
  let next = 0;
  return async <Answer>(ask: (client: Client) => Promise<Answer>): Promise<Answer> => {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const index = next++ % nodes.length;
      const client = clients[index];
      try {
        if (nodes[index]?.isUp && client) return await ask(client);
      } catch (error) {
        if (!mayPass(error) || performance.now() > end) throw error;
      }
      if (performance.now() > end) throw new Error('No node answered.');
      await pause(20);
    }
  };
}

/** What another attempt may mend: a node that is gone, or that says 5xx. */
function mayPass(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const metadata: { httpStatusCode?: number } = { ...('$metadata' in error && Object(error.$metadata)) };
  const status = metadata.httpStatusCode;
  return status === undefined || status >= 500;
}
