// What becomes of an execution when something happens.
import type { About, Execution } from './execution.ts';

/** An execution to which nothing has happened yet. */
export function startExecution(about: About): Execution {
  return { about, status: 'RUNNING', redriveCount: 0, lastEventId: 0, lastId: 0, threads: {} };
}
