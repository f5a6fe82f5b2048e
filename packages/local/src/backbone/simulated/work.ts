// Work as one node of a simulated cluster sees it: jobs stand in the store, which leases them to the nodes.
import type { Lease, Work, WorkKey } from '../work.ts';
import type { Connection } from './connection.ts';
import { fromText, toText } from './plain.ts';
import type { Store, TextJob } from './store.ts';

export function createSimulatedWork<Job>(
  { name, idOf }: WorkKey<Job>,
  { store, connection }: { readonly store: Store; readonly connection: Connection },
): Work<Job> {
  const atStore = () => store.work(name, { hasIds: idOf !== undefined });
  const toJob = (job: Job): TextJob => ({ text: toText(job), id: idOf?.(job) });
  const leaseOf = (lease: Lease<TextJob>): Lease<Job> => ({
    job: fromText<Job>(lease.job.text),
    ack: () => connection.ask(() => lease.ack()),
    retryAt(at, job) {
      const changed = toJob(job);
      return connection.ask(() => lease.retryAt(at, changed));
    },
  });

  return {
    put(jobs, options) {
      const texts = jobs.map(toJob);
      return connection.ask(() => atStore().put(texts, options));
    },
    consume(take, options) {
      let isOver = false;
      let stop = () => {};
      const hear = (lease: Lease<TextJob>) => {
        // What was on its way when the consumer stopped goes back.
        if (isOver) void connection.ask(() => lease.retryAt(0, lease.job));
        else take(leaseOf(lease));
      };
      void connection.ask(() => {
        stop = connection.onLoss(atStore().consume((lease) => connection.tell(() => hear(lease)), options));
      });
      return () => {
        isOver = true;
        void connection.ask(() => stop());
      };
    },
  };
}
