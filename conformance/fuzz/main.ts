// The fuzz: starts a cloud in a process of its own, sends it inputs through every door, judges each answer, prints a table. Exit
// code 1 when anything failed. What was found before (kept.json) is sent first.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Failure, inspect, type Numbered, runBatch } from './batch.ts';
import { DOORS, generate } from './generator.ts';
import { writeInput } from './input.ts';
import { classify } from './judge.ts';
import { keptInputs } from './kept.ts';
import { type FuzzOptions, parseOptions, type Range } from './options.ts';
import { Sink } from './sink.ts';
import { Stage } from './stage.ts';
import { Summary } from './summary.ts';

/** Ours: inputs that share a world. What they delete is missing for the rest of them only. */
const BATCH_INPUTS = 400;
/** Ours: failures that are printed whole. */
const MAX_PRINTED = 30;

const options = parseOptions(process.argv.slice(2));
const home = mkdtempSync(join(tmpdir(), 'earwitness-fuzz-'));
const summary = new Summary();
const seen = new Map<string, number>();
const started = performance.now();
{
  await using sink = await Sink.open();
  await using stage = new Stage(home, sink);
  console.log(`fuzz: seed ${options.seed}`);
  if (options.only) await replay(stage, options, options.only);
  else {
    await run(stage, keptInputs());
    for (const batch of batches(options)) await run(stage, batch);
  }
  console.log(`\n${summary.format()}`);
  const seconds = (performance.now() - started) / 1000;
  console.log(`\n${seconds.toFixed(0)} s; the cloud took up to ${(stage.rssBytes / 2 ** 20).toFixed(0)} MB`);
}
rmSync(home, { recursive: true, force: true });
process.exitCode = summary.failures > 0 ? 1 : 0;

function* batches({ seed, inputs, door }: FuzzOptions): Generator<Numbered[]> {
  if (door !== undefined && !DOORS.some(({ name }) => name === door)) {
    throw new Error(`There is no door '${door}'. There are: ${DOORS.map(({ name }) => name).join(', ')}`);
  }
  let batch: Numbered[] = [];
  for (let index = 0, made = 0; made < inputs; index++) {
    const numbered = generate(seed, index);
    if (door !== undefined && numbered.door !== door) continue;
    made++;
    batch.push(numbered);
    if (batch.length < BATCH_INPUTS && made < inputs) continue;
    yield batch;
    batch = [];
  }
}

async function run(stage: Stage, batch: readonly Numbered[]): Promise<void> {
  const { outcomes, failures } = await runBatch(stage, batch);
  for (const [at, { answer, ownMs }] of outcomes.entries()) {
    summary.count(batch[at]?.door ?? '', classify(answer), ownMs);
  }
  for (const failure of failures) print(failure);
  // What was behind an input that ended the process.
  const rest = batch.slice(outcomes.length);
  if (rest.length > 0 && outcomes.length > 0) await run(stage, rest);
}

function print(failure: Failure): void {
  const { what, culprit, from, to, answer } = failure;
  summary.countFailure(culprit?.door ?? 'unknown');
  // The same fault shows in many inputs: the first three tell enough.
  const kind = what.replace(/\d+/g, 'N').slice(0, 300);
  const times = (seen.get(kind) ?? 0) + 1;
  seen.set(kind, times);
  if (times > 3 || seen.size > MAX_PRINTED) return;
  const range = from === to ? String(to) : `${from}..${to}`;
  console.log(`\nFAILED ${culprit?.door ?? 'a batch'}, input ${to} of seed ${options.seed}: ${shorten(what, 1500)}`);
  if (culprit) console.log(`input:  ${shorten(writeInput(culprit.input), 700)}`);
  if (answer !== undefined) console.log(`answer: ${shorten(answer, 300)}`);
  const door = options.door === undefined ? '' : ` --door '${options.door}'`;
  console.log(`again:  npm run fuzz -- --seed ${options.seed} --only ${range}${door}`);
}

// One by one, in one world: as the failure was seen.
async function replay(stage: Stage, { seed, door }: FuzzOptions, { from, to }: Range): Promise<void> {
  await stage.reset();
  for (let index = from; index <= to; index++) {
    const numbered = generate(seed, index);
    if (door !== undefined && numbered.door !== door) continue;
    if (index === to) console.log(`\n${writeInput(numbered.input)}`);
    const { outcome, failure } = await inspect(stage, numbered, from);
    if (outcome) summary.count(numbered.door, classify(outcome.answer), outcome.ownMs);
    if (failure) print(failure);
    if (stage.end !== undefined) await stage.reset();
  }
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}
