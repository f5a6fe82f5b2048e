// What the three batch operations share: checks that refuse the whole batch, and entries that fail one by one.
import { queryErrorCode, ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { BatchResultErrorEntry } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { missingParameter, refusal } from './refusals.ts';

/** Entries in one batch. Source: SQS API reference. */
const MAX_ENTRIES = 10;

/**
 * @throws EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct,
 * MissingRequiredParameterException.
 */
export function checkBatch(action: string, entries: readonly { readonly Id: string }[] | undefined): void {
  if (!entries?.length) {
    throw refusal('EmptyBatchRequest', `There should be at least one ${action}BatchRequestEntry in the request.`);
  }
  if (entries.length > MAX_ENTRIES) {
    throw refusal(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const [index, { Id: id }] of entries.entries()) {
    if (id === undefined) throw missingParameter(`${action}BatchRequestEntry.${index + 1}.Id`);
    if (!/^[\w-]{1,80}$/.test(id)) {
      throw refusal(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (seen.has(id)) throw refusal('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    seen.add(id);
  }
}

/**
 * Runs each entry by itself; what it refuses is listed under `Failed` with the Query protocol's code. A list without
 * entries is left out: `if (result.Failed)` is common. Source: recorded on AWS (see CORRECTIONS in
 * scripts/generate-models.mjs).
 */
export async function runBatch<Entry extends { readonly Id: string }, Result>(
  entries: readonly Entry[],
  run: (entry: Entry) => Promise<Result>,
): Promise<{ Successful?: Result[]; Failed?: BatchResultErrorEntry[] }> {
  const successful: Result[] = [];
  const failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      successful.push(await run(entry));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: queryErrorCode(error), Message: error.message });
    }
  }
  return { ...(successful.length > 0 && { Successful: successful }), ...(failed.length > 0 && { Failed: failed }) };
}
