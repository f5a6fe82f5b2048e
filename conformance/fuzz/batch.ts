// Inputs that are sent together into one world, and the search for the one that is to blame when something was wrong.
import type { Input } from './input.ts';
import { findFault, OWN_TIME_LIMIT_MS } from './judge.ts';
import type { Outcome, Stage } from './stage.ts';

/** An input with its number in the run. */
export interface Numbered {
  readonly index: number;
  readonly door: string;
  readonly input: Input;
}

export interface Failure {
  readonly what: string;
  /** Absent when no single input was found. */
  readonly culprit?: Numbered;
  /** Numbers of the inputs that show it when they are sent one by one into a new world. */
  readonly from: number;
  readonly to: number;
  readonly answer?: string;
}

export interface BatchResult {
  /** In the order of the inputs; those behind an input that ended the process have none. */
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly Failure[];
}

/** Ours: as many at a time as keep both processes busy. */
const CONCURRENCY = 12;
/** Ours: how many suspects of a batch are looked at one by one. */
const MAX_SUSPECTS = 8;

export async function runBatch(stage: Stage, batch: readonly Numbered[]): Promise<BatchResult> {
  await stage.reset();
  const inputs = batch.map(({ input }) => input);
  const outcomes = await stage.send(inputs, CONCURRENCY);
  const complaints = await hear(stage);
  // When the process ended every open request failed with it.
  const answered = stage.end === undefined ? batch.slice(0, outcomes.length) : [];
  const faulty = answered.flatMap((numbered, at): Suspect[] => {
    const fault = findFault(numbered.input, outcomes[at]?.answer);
    return fault === undefined ? [] : [{ ...numbered, fault }];
  });
  const slow = answered.filter((_, at) => (outcomes[at]?.ownMs ?? 0) > OWN_TIME_LIMIT_MS);
  if (faulty.length === 0 && slow.length === 0 && complaints.length === 0) return { outcomes, failures: [] };
  return investigate(stage, batch, { outcomes, faulty, slow, complaints });
}

interface Suspect extends Numbered {
  readonly fault: string;
}

interface Evidence {
  readonly outcomes: readonly Outcome[];
  readonly faulty: readonly Suspect[];
  /** While they were answered the cloud was at work for too long, perhaps for others: twelve are on their way at a time. */
  readonly slow: readonly Numbered[];
  readonly complaints: readonly string[];
}

async function investigate(stage: Stage, batch: readonly Numbered[], evidence: Evidence): Promise<BatchResult> {
  const { faulty, slow, complaints } = evidence;
  const failures: Failure[] = [];
  const outcomes = [...evidence.outcomes];
  const measure = (numbered: Numbered, outcome: Outcome | undefined) => {
    const at = batch.indexOf(numbered);
    const before = outcomes[at];
    if (before && outcome) outcomes[at] = { ...before, ownMs: Math.min(before.ownMs, outcome.ownMs) };
  };
  const inQuestion = batch.filter(({ index }) => [...faulty, ...slow].some((suspect) => suspect.index === index));
  for (const numbered of inQuestion.slice(0, MAX_SUSPECTS)) {
    await stage.reset();
    const { outcome, failure } = await inspect(stage, numbered, numbered.index);
    measure(numbered, outcome);
    if (failure) failures.push(failure);
  }
  const open = () => complaints.filter((complaint) => !failures.some(({ what }) => what.includes(gist(complaint))));
  const isExplained = () => open().length === 0 && (failures.length > 0 || (faulty.length === 0 && slow.length === 0));
  if (isExplained()) return { outcomes, failures };

  // It takes what came before: the whole batch again, one by one, until everything is explained.
  const from = batch[0]?.index ?? 0;
  await stage.reset();
  for (const numbered of batch) {
    const { outcome, failure } = await inspect(stage, numbered, from);
    measure(numbered, outcome);
    if (failure && !failures.some(({ to }) => to === numbered.index)) failures.push(failure);
    if (failure && isExplained()) return { outcomes, failures };
    if (stage.end !== undefined) await stage.reset();
  }
  // One by one, nobody was slow.
  if (failures.length === 0 && faulty.length === 0 && open().length === 0) return { outcomes, failures };
  if (isExplained()) return { outcomes, failures };
  const names = faulty.map(({ index, door, fault }) => `input ${index} (${door}): ${fault}`);
  const what = ['not seen again when the inputs were sent one by one', ...names, ...open()].join('\n');
  return { outcomes, failures: [...failures, { what, from, to: batch.at(-1)?.index ?? from }] };
}

/** Sends one input by itself; `failure` says what was wrong with it, if anything was. */
export async function inspect(
  stage: Stage,
  numbered: Numbered,
  from: number,
): Promise<{ readonly outcome?: Outcome; readonly failure?: Failure }> {
  const [outcome] = await stage.send([numbered.input], 1);
  const complaints = await hear(stage);
  const fault = stage.end === undefined ? findFault(numbered.input, outcome?.answer) : undefined;
  const ownMs = outcome?.ownMs ?? 0;
  const slow = ownMs > OWN_TIME_LIMIT_MS ? `${ownMs.toFixed(0)} ms of the cloud's own time` : undefined;
  const wrong = [fault, slow, ...complaints].filter((one) => one !== undefined);
  if (wrong.length === 0) return { ...(outcome && { outcome }) };
  const answer = outcome && `${outcome.answer.status} ${outcome.answer.text}`;
  const what = wrong.join('\n');
  const failure = { what, culprit: numbered, from, to: numbered.index, ...(answer !== undefined && { answer }) };
  return { failure, ...(outcome && { outcome }) };
}

async function hear(stage: Stage): Promise<string[]> {
  const { faults, stderr } = await stage.report();
  const end = stage.end;
  return [
    ...faults.map((fault) => `fault in the journal: ${fault}`),
    ...(stderr === '' ? [] : [`stderr: ${stderr}`]),
    ...(end === undefined ? [] : [`the cloud ended: ${end}`]),
  ];
}

/** What of a complaint is the same when it is heard again: names of folders and numbers differ. */
function gist(complaint: string): string {
  return complaint.split('\n', 1)[0]?.slice(0, 60) ?? complaint;
}
