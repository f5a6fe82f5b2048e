// Canaries for topics whose transport cannot publish by itself: events of the kit's own, put on the bus that the system
// under test uses. They must come back over rule, target and topic. EventBridge promises no order: how long to listen
// on behind a canary is decided in verbs/settle.ts.
import { createProbe } from '../hearing/probe.ts';
import { type SendCanary, TransportError } from '../hearing/transport.ts';

/** Where canaries go. */
export interface CanaryOptions {
  /** Name or ARN of the event bus; several, when the routes of one subscription begin at different buses. */
  readonly bus: string | readonly string[];
  /** Source of the canary, for rules that do not match every source. Default `earwitness`. */
  readonly source?: string;
  /** Detail-type of the canary. Default `Canary`. */
  readonly detailType?: string;
}

/**
 * Sends canaries by PutEvents, one to each bus, with `@aws-sdk/client-eventbridge` and the credentials, region and
 * endpoint of the environment.
 * @throws TransportError when the SDK is not installed
 */
export async function createCanarySender(options: CanaryOptions): Promise<SendCanary> {
  const sdk = await import('@aws-sdk/client-eventbridge').catch((cause: unknown) => {
    throw new TransportError(
      'a canary needs the package @aws-sdk/client-eventbridge: npm install -D @aws-sdk/client-eventbridge',
      { cause },
    );
  });
  const client = new sdk.EventBridgeClient({});
  const buses = [options.bus].flat();
  return async (id) => {
    const probe = createProbe(id);
    const { source = probe.source, detailType = 'Canary' } = options;
    const Detail = JSON.stringify(probe.detail);
    const sent = buses.map((name) => ({ EventBusName: name, Source: source, DetailType: detailType, Detail }));
    const { Entries = [] } = await client.send(new sdk.PutEventsCommand({ Entries: sent }));
    const index = Entries.findIndex(({ ErrorCode }) => ErrorCode !== undefined);
    const failed = Entries[index];
    if (!failed) return;
    throw new TransportError(`bus ${buses[index]} refused the canary: ${failed.ErrorMessage ?? 'no reason given'}`, {
      ...(failed.ErrorCode ? { code: failed.ErrorCode } : {}),
    });
  };
}
