// What deleted stacks leave behind. As on AWS, a deleted stack is listed and can be described by its id, with its
// events and its template; there for 90 days (CloudFormation API reference, ListStacks and GetTemplate), here while it
// is among the newest ones.
import type { Parts } from './parts.ts';

/** Ours: deleted stacks that are kept, of all accounts and regions together. One with five resources takes 15 KB. */
const KEPT = 100;

/** Forgets the deleted stacks that are too many, those first that were deleted first. */
export async function forgetDeletedStacks({ stacks, events }: Pick<Parts, 'stacks' | 'events'>): Promise<void> {
  // Nothing is written to a stack after its deletion: the row's revision tells when that was.
  const deleted = stacks.table
    .list()
    .filter(({ value }) => value.status === 'DELETE_COMPLETE')
    .sort((a, b) => b.revision - a.revision);
  for (const { key, value } of deleted.slice(KEPT)) {
    await events.forget(value.id);
    await stacks.table.delete(key);
  }
}

/** Forgets the events of every stack; the rows are emptied by the backbone. */
export async function forgetAllEvents({ stacks, events }: Pick<Parts, 'stacks' | 'events'>): Promise<void> {
  for (const { value } of stacks.table.list()) await events.forget(value.id);
}
