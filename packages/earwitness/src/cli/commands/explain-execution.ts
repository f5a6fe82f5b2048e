// `earwitness explain EXECUTION`: what an execution of a state machine did, state by state, from the journal of a
// running local cloud; where it is and what it waits for, or how it ended.
import { executionName, restOf } from '@earwitness/protocol/internal/journal/execution-words';
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { hopsOf } from '@earwitness/protocol/internal/journal/journey';
import { createNames, machineOf, plainName } from '@earwitness/protocol/internal/journal/names';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import { wallClock } from '../../hearing/clock.ts';
import { executionFacts } from '../../journeys/executions.ts';
import { renderJourney } from '../../journeys/render.ts';
import { timeCommand } from '../../page/journal/clock-step.ts';
import { type JournalReading, readFacts } from '../../page/journal/journal.ts';
import { type Line, line } from '../../printing/line.ts';
import { adminUrl } from '../cloud-options.ts';
import { noCloud } from '../running/admin.ts';
import { paint, print, printData } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface ExplainExecutionOptions {
  readonly json?: boolean;
  readonly port?: string;
}

/** An execution that the journal knows. */
interface Known {
  readonly arn: string;
  readonly name: string;
  /** Of its state machine, as its template has it. */
  readonly machine: string;
}

/** Ours: executions that are named where none has the name. */
const SHOWN = 5;

/** @throws UsageError when the journal knows none of that name, or several. */
export async function explainExecution(given: string, { json, port }: ExplainExecutionOptions): Promise<void> {
  const url = adminUrl(port);
  const read = await readFacts(url, {}).catch((cause: unknown) => {
    throw noCloud(url, cause);
  });
  const { arn, name, machine } = find(given, executionsOf(read.facts));
  const facts = executionFacts(arn, read.facts);
  const end = facts.findLast((fact) => fact.kind === 'execution.ended');
  const rest = end === undefined ? restIn(facts, read) : undefined;
  if (json) {
    const told = {
      ...{ executionArn: arn, stateMachine: machineOf(arn), name, status: end?.status ?? 'RUNNING' },
      ...(end ? { state: end.state, error: end.error, cause: end.cause, durationMs: end.durationMs } : rest),
      facts,
    };
    return printData(JSON.stringify(told, undefined, 2));
  }
  const nameOf = createNames(facts.flatMap((fact) => ('functionName' in fact ? [fact.functionName] : [])));
  const columns = process.stdout.columns || 80;
  const failed = end !== undefined && end.status !== 'SUCCEEDED';
  const title = `execution ${machine}/${name}`;
  print(...renderJourney({ title, hops: hopsOf(facts, nameOf), failed }, { paint, columns, folder: process.cwd() }));
  if (facts.every(({ kind }) => kind !== 'execution.started')) {
    print(line`  The journal has dropped its beginning, for lack of room.`);
  }
  if (rest) print(...paragraph(`It is RUNNING, in ${rest.state}, ${rest.waits}.`, columns));
  if (rest?.inMs !== undefined) print(line`  ${timeCommand(rest.inMs)} brings that.`);
}

interface RestingAt {
  readonly state: string;
  readonly waits: string;
  readonly inMs?: number;
}

/** Where it is, by the cloud's clock of now. */
function restIn(facts: readonly Fact[], { advancedMs }: JournalReading): RestingAt | undefined {
  const last = facts.findLast((fact): fact is FactOf<'state.entered' | 'task.attempted' | 'state.failed'> =>
    ['state.entered', 'task.attempted', 'state.failed'].includes(fact.kind),
  );
  if (!last) return undefined;
  const { text, ms } = restOf(last, Math.max(0, wallClock.now() + advancedMs - last.at));
  return { state: last.state, waits: text, ...(ms !== undefined && { inMs: Math.max(0, Math.round(ms)) }) };
}

function paragraph(text: string, columns: number): Line[] {
  return wrapWords(showControls(text), columns - 2).map((one) => line`  ${one}`);
}

/** The newest first. */
function executionsOf(facts: readonly Fact[]): Known[] {
  const arns = new Set(facts.flatMap((fact) => ('executionArn' in fact ? [fact.executionArn] : [])));
  return [...arns].reverse().map((arn) => ({ arn, name: arn.split(':')[7] ?? '', machine: plainName(machineOf(arn)) }));
}

function find(given: string, known: readonly Known[]): Known {
  // As lines of `dev` have it: `OrderFlow/6d47b9fc…`.
  const wanted = given.replace(/…$/, '');
  const names = ({ arn, name, machine }: Known) => [arn, name, `${machine}/${name}`];
  // The machine by its name, its ARN, or as templates have it: `shop.OrderFlow`.
  const machines = [wanted, wanted.replace(/^[^.]+\./, '')];
  const newest = known.find((one) => machineOf(one.arn) === wanted || machines.includes(one.machine));
  const exact = known.filter((one) => names(one).includes(wanted));
  const begun = known.filter((one) => names(one).some((name) => name.startsWith(wanted)));
  const found = exact.length > 0 ? exact : newest ? [newest] : begun;
  const [first, ...others] = found;
  if (first && others.length === 0) return first;
  if (known.length === 0) throw new UsageError(`there is no execution ${given}: the journal has none at all.`);
  const listed = (all: readonly Known[]) => [
    ...all.slice(0, SHOWN).map(({ arn }) => line`  ${executionName(arn, plainName)}`),
    ...(all.length > SHOWN ? [line`  … ${all.length - SHOWN} more`] : []),
  ];
  if (first) throw new UsageError(`several executions are called ${given}:`, { details: listed(found) });
  const meant = nearest(
    wanted,
    known.flatMap((one) => [...names(one), one.machine]),
  );
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new UsageError(`there is no execution ${given}.${hint} The newest:`, { details: listed(known) });
}
