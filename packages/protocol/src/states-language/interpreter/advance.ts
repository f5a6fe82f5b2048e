// The interpreter: what becomes of an execution when something happens. Whom it happens to is decided here, once; what
// happens to something that is over changes nothing.
import type { StateMachine } from '../definition/definition.ts';
import type { World } from '../query/world.ts';
import type { About, Execution, Thread, Waiting } from './execution.ts';
import type { Happening, Step } from './happening.ts';
import { endFull, redrive, start, stop, timeOut } from './life.ts';
import type { Outcome } from './outcome.ts';
import { attempt, begin, run, settle } from './run.ts';
import { answerMapRun } from './states/map-run.ts';
import { answerTask } from './states/task.ts';
import { leaveWait } from './states/wait.ts';
import { HistoryFull, Turn } from './turn.ts';
import { type Visit, visit } from './visit.ts';

/** An execution before the first happening, `started`. */
export function startExecution(about: About): Execution {
  return { about, status: 'RUNNING', redriveCount: 0, lastEventId: 0, lastId: 0, threads: {} };
}

/**
 * Works one happening through: the execution goes on until all of it waits again, or it is over.
 * @param world time stands still in it.
 */
export async function advance(
  machine: StateMachine,
  execution: Execution,
  happening: Happening,
  world: World,
): Promise<Step> {
  const turn = new Turn(machine, execution, world);
  try {
    if (!(await meet(turn, happening))) return { execution, events: [], asks: [] };
    await run(turn);
  } catch (error) {
    if (!(error instanceof HistoryFull)) throw error;
    endFull(turn);
  }
  return turn.finish();
}

/** @returns whether it happened to anybody. */
async function meet(turn: Turn, happening: Happening): Promise<boolean> {
  if (happening.kind === 'redriven') return redrive(turn);
  if (turn.execution.status !== 'RUNNING') return false;
  switch (happening.kind) {
    case 'started':
      return start(turn);
    case 'stopped':
      return stop(turn, happening);
    case 'woken':
      if (happening.wake === turn.execution.timeoutWake) return timeOut(turn);
      return meetThread(turn, happening, ({ waiting }) => isWokenBy(waiting, happening.wake));
    default:
      return meetThread(turn, happening, ({ waiting }) => 'task' in waiting && waiting.task === happening.task);
  }
}

type ThreadHappening = Exclude<Happening, { kind: 'started' | 'stopped' | 'redriven' }>;

/** What happens to the one thread that waits for it. */
async function meetThread(
  turn: Turn,
  happening: ThreadHappening,
  isMeant: (thread: Thread) => boolean,
): Promise<boolean> {
  const thread = turn.find(isMeant);
  if (!thread) return false;
  const at = visit(turn, thread);
  if (thread.waiting.kind === 'turn') turn.goOn(thread);
  else await settle(at, await attempt(at, () => answer(at, happening)));
  return true;
}

function isWokenBy(waiting: Waiting, wake: string): boolean {
  if (waiting.kind === 'task') return wake === waiting.timeoutWake || wake === waiting.heartbeatWake;
  return 'wake' in waiting && waiting.wake === wake;
}

function answer(at: Visit, happening: ThreadHappening): Outcome | Promise<Outcome> {
  const { state } = at;
  const { waiting } = at.thread;
  if (waiting.kind === 'retry') return begin(at);
  if (waiting.kind === 'wait' && state.Type === 'Wait') return leaveWait({ ...at, state });
  if (waiting.kind === 'task' && state.Type === 'Task') return answerTask({ ...at, state }, waiting, happening);
  if (waiting.kind === 'map run' && state.Type === 'Map') return answerMapRun({ ...at, state }, waiting, happening);
  return { kind: 'waits', waiting };
}
