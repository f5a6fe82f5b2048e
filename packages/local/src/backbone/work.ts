// Work: jobs that have to be done once, not before their time, on whichever node. Deliveries stand here between "a rule
// matched" and "done for good".
//
//   put → (due) → leased → ack                 done, gone
//                        → retryAt(t, job)     waits until t, as the job is by then
//                        → the lease ends      due again: whoever held it is taken for dead
import type { Clock } from '../clock/clock.ts';
import { Opened } from './opened.ts';

export interface Work<Job> {
  /** Adds jobs, due now or at `notBefore` (epoch ms). Jobs are plain data (JSON). */
  put(jobs: readonly Job[], options?: { readonly notBefore?: number }): Promise<void>;
  /**
   * Hands due jobs to `take`, oldest first. A job is nobody else's while its lease lasts. Returns a function that stops
   * it; what is leased then can still be given back.
   */
  consume(take: (lease: Lease<Job>) => void, options: ConsumeOptions): () => void;
}

export interface ConsumeOptions {
  /** Leases held at once. */
  readonly concurrency: number;
  /** How long a lease lasts, in milliseconds. */
  readonly leaseMs: number;
}

/** One job in one worker's hands. After the lease has ended its calls change nothing. */
export interface Lease<Job> {
  readonly job: Job;
  /** The job is done. */
  ack(): Promise<void>;
  /** The job is due again at `at` (epoch ms), changed to `job`. */
  retryAt(at: number, job: Job): Promise<void>;
}

/** What a work port needs from the platform. */
export type WorkClock = Pick<Clock, 'now' | 'setTimer'>;

/**
 * For how long a job's id is remembered after it was put, in milliseconds: as JetStream does unless it is told
 * otherwise.
 */
export const JOB_ID_MS = 2 * 60 * 1000;

/** The name of a kind of work, and the type of its jobs. */
export interface WorkKey<Job> {
  /** `<service>/<what>`: `events/deliveries`. */
  readonly name: string;
  /**
   * What a job is known by, where it might be put twice, on two nodes or again after a put that failed: within
   * JOB_ID_MS, jobs with the same id are one job, also when it is done. Left out where nobody puts a job twice: ids
   * cost memory.
   */
  readonly idOf?: (job: Job) => string;
  readonly opened: Opened<Work<Job>>;
}

export function workOf<Job>(name: string, options: { readonly idOf?: (job: Job) => string } = {}): WorkKey<Job> {
  return { name, ...options, opened: new Opened() };
}
