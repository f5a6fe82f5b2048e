// A wait for a message that was heard already, among many (see late-wait-client.ts).
import { ask, endChild, hear, helper, startChild } from './child.ts';
import type { Measure } from './subject.ts';

const SLICE = 5000;

export const lateWait: Measure = {
  slices: 10,
  async start(tree) {
    const client = startChild(tree, helper('late-wait-client'), { args: [tree.kit] });
    await hear(client);
    await ask(client, String(SLICE));
    return {
      async take() {
        const { p50 = Number.NaN } = await ask(client, String(SLICE));
        return { 'late wait, µs': p50 };
      },
      async end() {
        await endChild(client);
        return {};
      },
    };
  },
};
