// How jobs are taken, so that none is lost when it is the backbone that fails.
import { isUnavailable } from './unavailable.ts';
import type { Lease } from './work.ts';

/**
 * Makes what `consume` takes. What `take` throws is a fault of our own, and the same would happen again: it is told to
 * `failed`, and the job is done with. But when the backbone's server is away, the lease ends by itself, and the job
 * comes again.
 */
export function taking<Job>(
  take: (lease: Lease<Job>) => Promise<void>,
  failed: (job: Job, error: unknown) => void | Promise<void>,
): (lease: Lease<Job>) => void {
  const takeOne = async (lease: Lease<Job>): Promise<void> => {
    try {
      await take(lease);
    } catch (error) {
      if (isUnavailable(error)) return;
      await failed(lease.job, error);
      await lease.ack();
    }
  };
  return (lease) => {
    takeOne(lease).catch((error: unknown) => {
      if (!isUnavailable(error)) throw error;
    });
  };
}
