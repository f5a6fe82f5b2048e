// Proof that the whole road works: an event of our own, put on the bus that the system under test uses, must come back over rule,
// target and topic. It tells how long the road takes, and it bounds negative answers: what was published before the canary and has
// not come shortly after it, will not come. EventBridge promises no order, so "shortly after" is a margin, learned from the road.
import { TransportError } from '../transport/transport.ts';

/** Where canaries go. */
export interface CanaryOptions {
  /** Name or ARN of the event bus; several, when the routes of one subscription begin at different buses. */
  readonly bus: string | readonly string[];
  /** Source of the canary, for rules that do not match every source. Default `earwitness`. */
  readonly source?: string;
  /** Detail-type of the canary. Default `Canary`. */
  readonly detailType?: string;
}

/** Puts one canary on each bus. */
export type SendCanary = (id: string) => Promise<void>;

/**
 * Canaries by PutEvents, with `@aws-sdk/client-eventbridge` and the credentials, region and endpoint of the environment.
 * @throws TransportError when the SDK is not installed
 */
export async function createCanary(options: CanaryOptions): Promise<SendCanary> {
  const sdk = await import('@aws-sdk/client-eventbridge').catch((cause: unknown) => {
    throw new TransportError('a canary needs the package @aws-sdk/client-eventbridge: npm install -D it', { cause });
  });
  const client = new sdk.EventBridgeClient({});
  const { source = 'earwitness', detailType = 'Canary' } = options;
  const buses = [options.bus].flat();
  return async (id) => {
    const Detail = JSON.stringify({ earwitnessProbe: id });
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
