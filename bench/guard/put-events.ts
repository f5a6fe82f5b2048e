// What one entry of PutEvents costs the local cloud's process, without a rule: in a process that has just started, and in one that has
// answered for a while. The requests come from another process, so that what they cost is not counted.
import { ask, endChild, hear, helper, startChild, usageOf } from './child.ts';
import type { Measure } from './subject.ts';
import type { Tree } from './tree.ts';

const COLD = 200;
const WARM_UP = 5000;
const SLICE = 2000;

export const coldPutEvents: Measure = {
  slices: 5,
  async start(tree) {
    return {
      async take() {
        const pair = await startPair(tree);
        const us = await pair.usPerEntry(COLD);
        await pair.end();
        return { 'PutEvents cold, CPU µs': us };
      },
      end: async () => ({}),
    };
  },
};

export const warmPutEvents: Measure = {
  slices: 8,
  async start(tree) {
    const pair = await startPair(tree);
    await pair.usPerEntry(WARM_UP);
    return {
      take: async () => ({ 'PutEvents warm, CPU µs': await pair.usPerEntry(SLICE) }),
      async end() {
        await pair.end();
        return {};
      },
    };
  },
};

/** A server that has answered nothing yet, and its client. */
async function startPair(tree: Tree) {
  const server = startChild(tree, helper('put-events-server'), { args: [tree.local] });
  const { port } = await hear(server);
  const client = startChild(tree, helper('put-events-client'), { args: [String(port)] });
  await hear(client);
  return {
    /** What the server spends on each of so many entries. */
    async usPerEntry(entries: number): Promise<number> {
      const before = await usageOf(server);
      await ask(client, String(entries));
      const after = await usageOf(server);
      return ((after.cpuMs - before.cpuMs) * 1000) / entries;
    },
    async end() {
      await endChild(client);
      await endChild(server);
    },
  };
}
