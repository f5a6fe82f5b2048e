// The inputs of a map run's executions: each item as ItemSelector makes it, one by one or in batches.
import type { MapState } from '@earwitness/protocol/internal/states-language/definition/definition';
import type { MapRun } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { isObject, type Json } from '@earwitness/protocol/internal/states-language/json';
import { fillExpressions } from '@earwitness/protocol/internal/states-language/query/jsonata/fill';
import type { Scope } from '@earwitness/protocol/internal/states-language/query/scope';
import { fillTemplate } from '@earwitness/protocol/internal/states-language/query/template';
import type { World } from '@earwitness/protocol/internal/states-language/query/world';
import type { ReadItems } from './read-items.ts';

/** What an execution of a map run gets, and how many items that are. */
export interface ChildInput {
  readonly input: Json;
  readonly items: number;
}

/** Bytes of a batch, unless it says less. Source: Step Functions developer guide, "ItemBatcher". */
const BATCH_MAX_BYTES = 262_144;

export async function selectItems(
  state: Pick<MapState, 'ItemSelector' | 'QueryLanguage'>,
  { items, source }: ReadItems,
  { scope, world }: { readonly scope: Scope; readonly world: World },
): Promise<readonly Json[]> {
  const { ItemSelector: selector, QueryLanguage: language } = state;
  if (selector === undefined) return items;
  const selected: Json[] = [];
  for (const [index, value] of items.entries()) {
    const context = { ...scope.context, Map: { Item: { Index: index, Value: value, Source: source } } };
    const inner = { ...scope, context };
    selected.push(
      language === 'JSONata'
        ? await fillExpressions(selector, inner, { field: 'ItemSelector', world })
        : fillTemplate(selector, inner, world),
    );
  }
  return selected;
}

/** Source: recorded on AWS (LocalStack, test_base_scenarios): `BatchInput` is there only when it is given. */
export function batchItems(items: readonly Json[], batcher: MapRun['batcher']): ChildInput[] {
  if (!batcher) return items.map((input) => ({ input, items: 1 }));
  const { maxItems = Number.POSITIVE_INFINITY, maxBytes = BATCH_MAX_BYTES, input: given } = batcher;
  const rest = given === undefined ? {} : { BatchInput: given };
  const limit = Math.min(maxBytes, BATCH_MAX_BYTES);
  const empty = Buffer.byteLength(JSON.stringify({ ...rest, Items: [] }));
  const batches: Json[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    const last = batches.at(-1);
    if (!last || last.length >= maxItems || bytes + size > limit) {
      batches.push([item]);
      bytes = empty + size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return batches.map((Items) => ({ input: isObject(rest) ? { ...rest, Items } : { Items }, items: Items.length }));
}
