// Work in this process's memory: a line of jobs, and the ids of those that were put lately.
import type { Lease, Work, WorkClock, WorkKey } from '../work.ts';
import { JobIds } from './job-ids.ts';
import { type Held, JobLine } from './job-line.ts';

export function createMemoryWork<Job>(
  clock: WorkClock,
  { idOf }: Pick<WorkKey<Job>, 'idOf'> = {},
): Work<Job> & { clear(): void } {
  const ids = new JobIds();
  const line = new JobLine<Job>(clock);
  const leaseOf = (held: Held<Job>): Lease<Job> => ({
    job: held.item,
    async ack() {
      held.giveBack();
    },
    async retryAt(at, changed) {
      if (held.giveBack()) line.add([changed], at);
    },
  });

  return {
    async put(jobs, { notBefore = 0 } = {}) {
      const now = clock.now();
      line.add(idOf ? jobs.filter((job) => ids.add(idOf(job), now)) : jobs, notBefore);
    },
    consume: (take, options) => line.consume((held) => take(leaseOf(held)), options),
    clear() {
      line.clear();
      ids.clear();
    },
  };
}
