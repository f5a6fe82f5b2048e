// npm run bench -- printer [--base <commit>] [--rounds <n>]: what `earwitness dev`, which prints journeys, costs beside `earwitness exec`,
// which prints nothing. Both are alive at once and take the same load in turn, ten entries a request: events without a rule, events
// that go to a queue, and the road of the relay (API destination, topic), which is limited to 300 events a second. Processor time is
// that of the whole process of the cloud; the client is another one. `--base` adds a second tree to the same run.
import { setTimeout as pass } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findCommit, prepareBaseTree } from './guard/base-tree.ts';
import { ask, endChild, hear, helper, startChild, usageOf } from './guard/child.ts';
import { createTree, disposeTree, type Tree } from './guard/tree.ts';
import { percentile, printTable, summary } from './measure.ts';
import { type Command, startCommand } from './printer/command.ts';

const ENTRIES_PER_REQUEST = 10;
/** Ours: what is still under way when the last request is answered, deliveries and journeys, is over by then. */
const REST_MS = 500;

interface Load {
  readonly title: string;
  readonly flags: readonly string[];
  readonly warmUp: number;
  readonly entries: number;
  /** How long deliveries take after the last answer. */
  readonly restMs: number;
}

const LOADS: readonly Load[] = [
  { title: 'no rule', flags: [], warmUp: 20_000, entries: 10_000, restMs: REST_MS },
  {
    title: 'rule and queue',
    flags: ['--template', 'bench=template.json'],
    warmUp: 10_000,
    entries: 5000,
    restMs: REST_MS,
  },
  { title: 'relay', flags: ['--relay'], warmUp: 600, entries: 300, restMs: 1000 + REST_MS },
];

const { values } = parseArgs({
  options: { base: { type: 'string' }, rounds: { type: 'string', default: '8' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  refuse(`--rounds is a number of rounds, 1 or more, not '${values.rounds}'.`);
const trees = new Map<string, Tree>();
if (values.base !== undefined) {
  const commit = findCommit(values.base) ?? refuse(`This clone has no commit '${values.base}'.`);
  trees.set(commit, await createTree(prepareBaseTree(commit), '.'));
}
trees.set('this tree', await createTree('.', '.'));

const rows: string[][] = [];
for (const load of LOADS) rows.push(...(await measure(load)));
await Promise.all([...trees.values()].map(disposeTree));
printTable(['load', 'tree', 'command', 'entries/s', 'CPU µs an entry', 'CPU beside exec (lowest–highest)'], rows);

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

async function measure(load: Load): Promise<string[][]> {
  const subjects: Awaited<ReturnType<typeof startSubject>>[] = [];
  for (const [name, tree] of trees) {
    for (const command of ['exec', 'dev'] as const) subjects.push(await startSubject(name, tree, { command, load }));
  }
  for (const subject of subjects) await subject.take(load.warmUp);
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, so that being second costs all the same.
    for (const subject of round % 2 === 0 ? subjects : [...subjects].reverse()) {
      const { rate, cost } = await subject.take(load.entries);
      subject.rates.push(rate);
      subject.costs.push(cost);
    }
  }
  for (const subject of subjects) await subject.end();
  return subjects.map(({ name, command, rates, costs }) => {
    const exec = subjects.find((one) => one.name === name && one.command === 'exec');
    const ratios = costs.map((cost, round) => cost / (exec?.costs[round] ?? Number.NaN));
    const ratio = `${percentile(ratios, 0.5).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`;
    return [load.title, name, command, summary(rates, 0), summary(costs, 0), ratio];
  });
}

async function startSubject(
  name: string,
  tree: Tree,
  { command, load }: { readonly command: Command; readonly load: Load },
) {
  const { child: cloud, port } = await startCommand(tree, command, load.flags);
  const client = startChild(tree, helper('put-events-client'), { args: [String(port), String(ENTRIES_PER_REQUEST)] });
  await hear(client);
  return {
    name,
    command,
    rates: [] as number[],
    costs: [] as number[],
    /** Entries a second until the last request is answered; processor time of each in µs, with what follows. */
    async take(entries: number) {
      const before = await usageOf(cloud);
      const began = performance.now();
      await ask(client, String(entries / ENTRIES_PER_REQUEST));
      const seconds = (performance.now() - began) / 1000;
      await pass(load.restMs);
      const after = await usageOf(cloud);
      return { rate: entries / seconds, cost: ((after.cpuMs - before.cpuMs) * 1000) / entries };
    },
    async end() {
      await endChild(client);
      await endChild(cloud);
    },
  };
}
