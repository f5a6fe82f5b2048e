// The end of an execution, awaited. It throws unless the execution ended as expected.
import type { DescribeExecutionOutput, HistoryEvent } from '@aws-sdk/client-sfn';
import type { CallSite } from '../../call-site.ts';
import { EventNotReceivedError, ExecutionError } from '../../errors.ts';
import type { Message } from '../../event.ts';
import type { Expectation } from '../../expectation/expectation.ts';
import { meets } from '../../expectation/expectation.ts';
import { wallClock } from '../../hearing/clock.ts';
import type { WaitOptions } from '../../hearing/wait.ts';
import { localUrl } from '../../local-cloud.ts';
import { advancedSince } from '../../page/journal/clock-step.ts';
import { readFacts } from '../../page/journal/journal.ts';
import { messagesOf } from '../closest.ts';
import { executionSection, findCulprit } from '../culprit/culprit.ts';
import { pollFor } from '../polling.ts';
import { callAws, loadSdk } from '../sdk.ts';
import { type Asking, Executions, inputOf, stateMachineArn } from './find.ts';
import { courseOf } from './history.ts';
import { endedPage, notStartedPage, runningPage, type Shown } from './page.ts';

const CALL = 'execution()';

/** How an execution ended. */
export type ExecutionStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution that has ended. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** From JSON. */
  readonly input: unknown;
  /** From JSON; undefined unless it SUCCEEDED. */
  readonly output: unknown;
  /** The error's name: `States.TaskFailed`, `Error`; undefined where there is none. */
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The states it entered, in order; those of branches and iterations among them. */
  readonly path: readonly string[];
}

/** An execution that a test did not start itself. */
export interface StartedExecution {
  /**
   * Name or ARN of the state machine, or its logical id: `OrderFlow` on a local cloud where one stack has it,
   * `shop.OrderFlow` (with the stack) on both; on AWS this needs `@aws-sdk/client-cloudformation`.
   */
  readonly stateMachine: string;
  /** What its input has to have, as of `waitForMessageMatching`. The oldest of the machine's last 1,000 that has it. */
  readonly input: Readonly<Record<string, unknown>> | Expectation | ((input: Message) => boolean);
}

/** What is expected of it, and for how long. */
export interface ExecutionOptions extends WaitOptions {
  /** How it has to end. Default `SUCCEEDED`. */
  readonly status?: ExecutionStatus;
}

/** Which execution is meant. */
export type Wanted =
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'started'; readonly stateMachine: string; readonly expectation: Expectation };

/** What the test asked for besides. */
interface Asked {
  readonly site: CallSite;
  readonly status: ExecutionStatus;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** As `execution()`, which has checked what is asked. */
export async function awaitEnd(wanted: Wanted, asked: Asked): Promise<Execution> {
  const { site, status, timeoutMs, signal } = asked;
  const sdk = await loadSdk(CALL, '@aws-sdk/client-sfn', () => import('@aws-sdk/client-sfn'));
  const poll = pollFor(timeoutMs, signal);
  return callAws(CALL, new sdk.SFNClient({}), async (client) => {
    const asking = { sdk, client };
    const arn = wanted.kind === 'arn' ? wanted.arn : await findStarted(wanted, { asking, poll, site, timeoutMs });
    for (;;) {
      const described = await client.send(new sdk.DescribeExecutionCommand({ executionArn: arn }));
      const isRunning = described.status === 'RUNNING' || described.status === 'PENDING_REDRIVE';
      if (isRunning && (await poll())) continue;
      const shown = await shownOf(described, {
        asking,
        known: wanted.kind === 'arn' ? undefined : wanted.stateMachine,
      });
      if (isRunning) {
        const link = await executionSection(arn);
        const page = runningPage({ ...shown, ...(await lastFactOf(described)) }, timeoutMs, link);
        throw new EventNotReceivedError(page, { frames: site.frames });
      }
      const ended: Execution = { ...endOf(described, shown), path: shown.course.path };
      if (ended.status === status) return ended;
      const page = endedPage(shown, status, await executionSection(arn));
      throw new ExecutionError(page, ended, { frames: site.frames });
    }
  });
}

interface Search {
  readonly asking: Asking;
  readonly poll: () => Promise<boolean>;
  readonly site: CallSite;
  readonly timeoutMs: number;
}

async function findStarted(
  { stateMachine, expectation }: Extract<Wanted, { kind: 'started' }>,
  { asking, poll, site, timeoutMs }: Search,
): Promise<string> {
  const startedAt = wallClock.now();
  const executions = new Executions(asking, await stateMachineArn(CALL, stateMachine, asking));
  const accepts = (value: unknown) => meets(expectation, value);
  for (;;) {
    const found = await executions.find(accepts);
    if (found?.executionArn !== undefined) return found.executionArn;
    if (await poll()) continue;
    const seen = executions
      .seen()
      .map(({ name = '', status = '', input: text }) => ({ name, status, value: inputOf(text) }));
    const culprit = await findCulprit(expectation, startedAt);
    const page = notStartedPage({ stateMachine, expectation, timeoutMs }, seen, culprit);
    throw new EventNotReceivedError(page, { frames: site.frames, received: messagesOf(seen) });
  }
}

/** @param options `known`: what the test calls the machine */
async function shownOf(
  described: DescribeExecutionOutput,
  { asking: { sdk, client }, known }: { readonly asking: Asking; readonly known: string | undefined },
): Promise<Shown> {
  const { executionArn, name = '', stateMachineArn: machine = '', status = '', error, cause } = described;
  const events: HistoryEvent[] = [];
  // What was handed over may be large, and only the way is read.
  const asked = { executionArn, includeExecutionData: false, maxResults: 1000 };
  for await (const page of sdk.paginateGetExecutionHistory({ client }, asked)) events.push(...(page.events ?? []));
  return {
    ...{ name, status, error, cause },
    stateMachine: (known ?? machine).split(':').at(-1) ?? machine,
    input: inputOf(described.input),
    output: inputOf(described.output),
    course: courseOf(events),
  };
}

/** What the local cloud's journal has of it last: when it goes on, and for which attempt, no history tells. */
async function lastFactOf({ executionArn, startDate }: DescribeExecutionOutput): Promise<Partial<Shown>> {
  const url = localUrl();
  if (url === undefined) return {};
  const since = Math.floor(startDate?.getTime() ?? 0);
  const read = await readFacts(url, { since, signal: AbortSignal.timeout(JOURNAL_MS) }).catch(() => undefined);
  const facts = read?.facts ?? [];
  let last: Shown['lastFact'];
  for (const fact of facts) {
    if (!('executionArn' in fact) || fact.executionArn !== executionArn) continue;
    if (fact.kind === 'state.entered' || fact.kind === 'task.attempted' || fact.kind === 'state.failed') last = fact;
  }
  return last === undefined ? {} : { lastFact: last, passedMs: advancedSince(last.seq, facts) };
}

/** Ours: how long a page waits for the journal. */
const JOURNAL_MS = 1000;

function endOf(
  described: DescribeExecutionOutput,
  { name, input, output, error, cause }: Shown,
): Omit<Execution, 'path'> {
  const { executionArn: arn = '', status } = described;
  if (status !== 'SUCCEEDED' && status !== 'TIMED_OUT' && status !== 'ABORTED') {
    return { arn, name, status: 'FAILED', input, output, error, cause };
  }
  return { arn, name, status, input, output, error, cause };
}
