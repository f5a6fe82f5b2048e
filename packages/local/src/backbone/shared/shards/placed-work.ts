// A work as any node sees it. Jobs that have ids are put where the work has its place, so that one shard knows all ids;
// any other in the shard of the node that puts them.
import type { Work, WorkKey } from '../../work.ts';
import type { KeptShard } from '../kept/kept-shard.ts';
import type { Calls } from './calls.ts';
import { placeOfWork } from './deeds.ts';
import type { Hands } from './hands.ts';

export function createPlacedWork<Job>(
  { name, idOf }: WorkKey<Job>,
  { calls, hands }: { readonly calls: Calls<KeptShard>; readonly hands: Hands },
): Work<Job> {
  return {
    async put(jobs, { notBefore = 0 } = {}) {
      if (idOf === undefined) {
        await calls.inOwn(({ contents }) => contents.work(name).put(jobs, { notBefore }));
        return;
      }
      const ids = jobs.map(idOf);
      await calls.atPlace<void>(placeOfWork(name), {
        deed: () => ({ kind: 'put', work: name, jobs, ids, notBefore }),
        here: (shard) => shard.work(name).put(jobs, { notBefore, ids }),
      });
    },
    consume: (take, options) => hands.consume((lease) => take({ ...lease, job: parseJob<Job>(lease.job) }), options),
  };
}

/** What stands under a work's name was put under its key. */
function parseJob<Job>(job: unknown): Job {
  return job as Job;
}
