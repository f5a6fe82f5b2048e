// The enrichment of a pipe: a function or an Express state machine that gets the whole batch, or an API destination
// that gets one event. What it answers takes the place of the batch; nothing (`""`, `{}`, `[]`, `null`) means that
// the target is not called.
// Source: EventBridge user guide, "Amazon EventBridge Pipes event enrichment".
import { compactJson, elementsOf } from '@earwitness/protocol/internal/events/json-text';
import type { Pipe } from '../pipe.ts';
import { placeAt } from '../settings.ts';
import type { Callers } from './api-destination.ts';
import { invokeFunction, startExecution } from './invocation.ts';
import { batchText, enrichedItem, type Item, type SourceRecord } from './item.ts';

const NOTHING: readonly string[] = ['', '""', '{}', '[]', 'null'];

/** @throws ServiceError when it failed: then the whole batch did */
export async function enrich(
  { platform, apiDestinations }: Callers,
  pipe: Pipe,
  { items, records }: { readonly items: readonly Item[]; readonly records: readonly SourceRecord[] },
): Promise<readonly Item[]> {
  const { Enrichment: arn = '', EnrichmentParameters } = pipe.settings;
  const answer = await ask();
  const json = compactJson(answer) ?? (answer === '' ? '' : JSON.stringify(answer));
  if (NOTHING.includes(json)) return [];
  const elements = json.startsWith('[') ? elementsOf(json) : [json];
  return elements.map((element) => enrichedItem(element, records));

  function ask(): Promise<string> {
    const [first] = items;
    const place = placeAt(arn);
    if (place === 'api-destination' && first) {
      return apiDestinations.call(pipe, { arn, item: first, parameters: EnrichmentParameters?.HttpParameters });
    }
    if (place === 'state-machine') {
      return startExecution(platform, pipe, { arn, input: batchText(items), isSynchronous: true });
    }
    return invokeFunction(platform, pipe, { arn, payload: batchText(items), type: 'RequestResponse' });
  }
}
