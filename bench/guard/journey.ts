// One order at a time along the whole road (see journey-client.ts), through an `earwitness dev` of the tree: how long each takes, what
// it costs the local cloud, and how much memory that has when all have arrived.
import { ask, endChild, hear, helper, startChild, usageOf } from './child.ts';
import { startDev } from './ready.ts';
import type { Measure } from './subject.ts';

const SLICE = 100;

export const journey: Measure = {
  slices: 9,
  async start(tree) {
    const { child: dev, url } = await startDev(tree, tree.orders);
    const env = JSON.parse(await (await fetch(`${url}/_earwitness/env`)).text());
    const client = startChild(tree, helper('journey-client'), { args: [tree.kit], env });
    await hear(client);
    await ask(client, String(SLICE));
    return {
      async take() {
        const before = await usageOf(dev);
        const { p50 = Number.NaN, p99 = Number.NaN } = await ask(client, String(SLICE));
        const after = await usageOf(dev);
        return {
          'journey p50, ms': p50,
          'journey p99, ms': p99,
          'journey, CPU ms': (after.cpuMs - before.cpuMs) / SLICE,
        };
      },
      async end() {
        const { residentMb } = await usageOf(dev);
        await endChild(client);
        await endChild(dev);
        return { 'dev after 1,000 journeys, MB': residentMb };
      },
    };
  },
};
