// A work as any node sees it. Jobs that have ids are put where the work has its place, so that one shard knows all ids;
// any other in the shard of the node that puts them.
import type { ConsumeOptions, Lease, Work, WorkKey } from '../../work.ts';
import { fromText, toText } from '../data.ts';
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
      const texts = jobs.map(toText);
      if (idOf === undefined) {
        await calls.inOwn(({ contents }) => contents.work(name).put(texts, { notBefore }));
        return;
      }
      const ids = jobs.map(idOf);
      await calls.atPlace<void>(placeOfWork(name), {
        deed: () => ({ kind: 'put', work: name, jobs: texts, ids, notBefore }),
        here: (shard) => shard.work(name).put(texts, { notBefore, ids }),
      });
    },
    consume(take: (lease: Lease<Job>) => void, options: ConsumeOptions) {
      const takeText = ({ job, ack, retryAt }: Lease<string>) =>
        take({ job: fromText<Job>(job), ack, retryAt: (at, changed) => retryAt(at, toText(changed)) });
      return hands.consume(takeText, options);
    },
  };
}
