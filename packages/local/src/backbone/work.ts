// Work: jobs that have to be done once, not before their time. Deliveries stand here between "a rule matched" and "done for good".
//
//   put → (due) → leased → ack                 done, gone
//                        → retryAt(t, job)     waits until t, as the job is by then
//                        → the lease ends      due again: whoever held it is taken for dead
import type { Clock } from '../clock/clock.ts';

export interface Work<Job> {
  /** Adds jobs, due now or at `notBefore` (epoch ms). Jobs are plain data (JSON). */
  put(jobs: readonly Job[], options?: { readonly notBefore?: number }): Promise<void>;
  /** Hands due jobs to `take`, oldest first, until the answer is called. A job is nobody else's while its lease lasts. */
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
