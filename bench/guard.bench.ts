// npm run bench -- guard [--base <commit>] [--rounds <n>]: is this tree slower than the commit from which its speed is judged? Both trees
// are measured in turn, in processes of their own, by what they promise to keep: the command line, HTTP, startLocal() and the test
// kit. A row is the median of each tree and the median of the ratios within a round, with the lowest and the highest. A bench does not
// judge: the mark asks for a sentence of explanation, and the exit code is 0.
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { findCommit, prepareBaseTree } from './guard/base-tree.ts';
import type { Figures } from './guard/child.ts';
import { journey } from './guard/journey.ts';
import { lateWait } from './guard/late-wait.ts';
import { coldPutEvents, warmPutEvents } from './guard/put-events.ts';
import { ready } from './guard/ready.ts';
import type { Measure } from './guard/subject.ts';
import { createTree, disposeTree, type Tree } from './guard/tree.ts';
import { percentile, printTable } from './measure.ts';

const BASE = '017498f0c3fcd4051073ab3cf6e5d25b3895c586';
/** Ours: what a tree may be slower without a sentence. */
const MARK_ABOVE = 1.05;

const { values } = parseArgs({
  options: { base: { type: 'string', default: BASE }, rounds: { type: 'string', default: '7' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  refuse(`--rounds is a number of rounds, 1 or more, not '${values.rounds}'.`);
const commit = findCommit(values.base);
if (commit === undefined) {
  refuse(
    `This clone has no commit '${values.base}'. If it is a shallow one, \`git fetch --unshallow\` brings its history; --base <commit> names another.`,
  );
}

/** By row, then by round. */
type Taken = Map<string, number[]>;

const baseFolder = prepareBaseTree(commit);
const orders = `${baseFolder}/examples/order-service`;
const trees = [await createTree(baseFolder, orders), await createTree('.', orders)];
const taken = new Map<Tree, Taken>(trees.map((tree) => [tree, new Map()]));
const loadBefore = loadavg()[0] ?? Number.NaN;
for (let round = 0; round < rounds; round++) {
  for (const measure of [ready, coldPutEvents, warmPutEvents, journey, lateWait]) {
    // The tree that goes first changes with each round, so that being second costs both the same.
    await takeInTurn(measure, round % 2 === 0 ? trees : [...trees].reverse());
  }
}
await Promise.all(trees.map(disposeTree));

const [before, after] = trees.map((tree) => taken.get(tree) ?? new Map<string, number[]>());
printTable(
  ['measure', 'base', 'this tree', 'ratio (lowest–highest)', ''],
  [...(before ?? [])].map(([title, figures]) => row(title, figures, after?.get(title) ?? [])),
);
console.log(`
base ${commit} · ${rounds} rounds · ${availableParallelism()} cores, load ${loadBefore.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} after`);

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

async function takeInTurn(measure: Measure, inTurn: readonly Tree[]): Promise<void> {
  const subjects = [];
  for (const tree of inTurn)
    subjects.push({ tree, subject: await measure.start(tree), slices: new Map<string, number[]>() });
  for (let slice = 0; slice < measure.slices; slice++) {
    for (const { subject, slices } of subjects) keep(slices, await subject.take());
  }
  for (const { tree, subject, slices } of subjects) {
    const rows = taken.get(tree) ?? new Map();
    keep(rows, Object.fromEntries([...slices].map(([title, figures]) => [title, percentile(figures, 0.5)])));
    keep(rows, await subject.end());
  }
}

function keep(rows: Taken, figures: Figures): void {
  for (const [title, figure] of Object.entries(figures)) rows.set(title, [...(rows.get(title) ?? []), figure]);
}

function row(title: string, figures: readonly number[], others: readonly number[]): string[] {
  const ratios = figures.map((figure, round) => (others[round] ?? Number.NaN) / figure);
  const ratio = percentile(ratios, 0.5);
  const digits = percentile(figures, 0.5) < 20 ? 2 : 0;
  return [
    title,
    percentile(figures, 0.5).toFixed(digits),
    percentile(others, 0.5).toFixed(digits),
    `${ratio.toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
    ratio > MARK_ABOVE ? `> ${MARK_ABOVE}` : '',
  ];
}
