// From nothing to ready: `earwitness dev` in an empty folder, from its start until its health is answered; then a rest, after which
// everything that it does at its start is done.
import { setTimeout as pass } from 'node:timers/promises';
import { endChild, read, startChild, usageOf } from './child.ts';
import type { Measure } from './subject.ts';
import type { Tree } from './tree.ts';

const REST_MS = 300;

export const ready: Measure = {
  slices: 5,
  async start(tree) {
    return {
      async take() {
        const { child, readyMs } = await startDev(tree, tree.home);
        await pass(REST_MS);
        const { cpuMs, residentMb } = await usageOf(child);
        await endChild(child);
        return { 'dev ready, ms': readyMs, 'dev started, CPU ms': cpuMs, 'dev at rest, MB': residentMb };
      },
      end: async () => ({}),
    };
  },
};

/** `earwitness dev` on a free port, ready. */
export async function startDev(tree: Tree, cwd: string) {
  const began = performance.now();
  const child = startChild(tree, tree.cli, { args: ['dev', '--port', '0'], cwd });
  const welcome = await read(child);
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(welcome) ?? [];
  if (url === undefined) throw new Error(`earwitness dev says where it is first, not '${welcome}'`);
  // What it prints of each journey is read, as a terminal would.
  child.stdout?.resume();
  const health = await fetch(`${url}/_earwitness/health`);
  if (!health.ok) throw new Error(`earwitness dev is not well: ${await health.text()}`);
  await health.text();
  return { child, url, readyMs: performance.now() - began };
}
