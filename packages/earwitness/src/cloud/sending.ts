// One event onto a bus: by the admin API of a local cloud, which takes any source, or by PutEvents.
import { ConfigurationError } from '../errors.ts';
import { TransportError } from '../hearing/transport.ts';
import { askLocal } from './admin.ts';
import { jsonOf } from './json.ts';
import { callAws, loadSdk } from './sdk.ts';

/** An event to publish, in the form in which it arrives. */
export interface EventToSend {
  /** Who publishes it. */
  readonly source: string;
  /** What it says happened. */
  readonly 'detail-type': string;
  /** The publisher's own words. */
  readonly detail: object;
  /** ARNs. */
  readonly resources?: readonly string[];
  /** Name or ARN of the bus. Default `default`. */
  readonly bus?: string;
  /** When it happened. Default: now, by the cloud's clock. */
  readonly time?: Date;
}

/** What is known of an event that was published. */
export interface SentEvent {
  /** The `id` with which it is delivered. */
  readonly id: string;
}

/** @throws TransportError when the event is refused; ConfigurationError when it cannot be sent */
export async function sendByAdmin(url: string, event: EventToSend): Promise<SentEvent> {
  if (typeof event !== 'object' || event === null)
    throw new ConfigurationError('cloud.send() takes an event: an object');
  const { ids } = (await askLocal(url, 'events', jsonOf('cloud.send(): the event', event))) as {
    readonly ids: readonly string[];
  };
  return { id: ids[0] ?? '' };
}

/** @throws TransportError when the event is refused, with the entry's error code */
export async function sendByPutEvents(event: EventToSend): Promise<SentEvent> {
  const sdk = await loadSdk('cloud.send()', '@aws-sdk/client-eventbridge', () => import('@aws-sdk/client-eventbridge'));
  const { source, detail, resources, bus, time } = event;
  const entry = {
    Source: source,
    DetailType: event['detail-type'],
    Detail: jsonOf('cloud.send(): detail', detail),
    ...(resources && { Resources: [...resources] }),
    ...(bus !== undefined && { EventBusName: bus }),
    ...(time && { Time: time }),
  };
  const { Entries = [] } = await callAws('cloud.send()', new sdk.EventBridgeClient({}), (client) =>
    client.send(new sdk.PutEventsCommand({ Entries: [entry] })),
  );
  const { EventId, ErrorCode, ErrorMessage = 'no reason given' } = Entries[0] ?? {};
  if (EventId !== undefined) return { id: EventId };
  throw new TransportError(`cloud.send(): the bus refused the event: ${ErrorMessage}`, {
    ...(ErrorCode !== undefined && { code: ErrorCode }),
  });
}
