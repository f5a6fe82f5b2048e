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
  const suspects =
    stage.end !== undefined
      ? []
      : batch.flatMap((numbered, at): Suspect[] => {
          const what = faultsOf(numbered.input, outcomes[at]).join(', ');
          return what === '' ? [] : [{ ...numbered, what }];
        });
  if (suspects.length === 0 && complaints.length === 0) return { outcomes, failures: [] };
  return { outcomes, failures: await investigate(stage, batch, { suspects, complaints }) };
}

interface Suspect extends Numbered {
  readonly what: string;
}

interface Evidence {
  readonly suspects: readonly Suspect[];
  readonly complaints: readonly string[];
}

async function investigate(stage: Stage, batch: readonly Numbered[], evidence: Evidence): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const suspect of evidence.suspects.slice(0, MAX_SUSPECTS)) {
    await stage.reset();
    const { failure: found } = await inspect(stage, suspect, suspect.index);
    if (found) failures.push(found);
  }
  const open = () =>
    evidence.complaints.filter((complaint) => !failures.some(({ what }) => what.includes(gist(complaint))));
  if (failures.length > 0 && open().length === 0) return failures;

  // It takes what came before: the whole batch again, one by one, until everything is explained.
  const [first] = batch;
  if (!first) return failures;
  await stage.reset();
  for (const numbered of batch) {
    const { failure: found } = await inspect(stage, numbered, first.index);
    if (found && !failures.some(({ to }) => to === numbered.index)) failures.push(found);
    if (found && open().length === 0) return failures;
    if (stage.end !== undefined) await stage.reset();
  }
  if (failures.length > 0 && open().length === 0) return failures;
  const names = evidence.suspects.map(({ index, door, what }) => `input ${index} (${door}): ${what}`);
  const what = ['not seen again when the inputs were sent one by one', ...names, ...open()].join('\n');
  return [...failures, { what, from: first.index, to: batch.at(-1)?.index ?? first.index }];
}

/** Sends one input by itself; `failure` says what was wrong with it, if anything was. */
export async function inspect(
  stage: Stage,
  numbered: Numbered,
  from: number,
): Promise<{ readonly outcome?: Outcome; readonly failure?: Failure }> {
  const [outcome] = await stage.send([numbered.input], 1);
  const complaints = await hear(stage);
  const faults = stage.end === undefined ? faultsOf(numbered.input, outcome) : [];
  if (faults.length === 0 && complaints.length === 0) return { ...(outcome && { outcome }) };
  const what = [...faults, ...complaints].join('\n');
  const answer = outcome && `${outcome.answer.status} ${outcome.answer.text}`;
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

function faultsOf(input: Input, outcome: Outcome | undefined): string[] {
  if (!outcome) return [];
  const fault = findFault(input, outcome.answer);
  const { ownMs } = outcome;
  return [
    ...(fault === undefined ? [] : [fault]),
    ...(ownMs > OWN_TIME_LIMIT_MS ? [`${ownMs.toFixed(0)} ms of the cloud's own time`] : []),
  ];
}

/** What of a complaint is the same when it is heard again: names of folders and numbers differ. */
function gist(complaint: string): string {
  return complaint.split('\n', 1)[0]?.slice(0, 60) ?? complaint;
}
