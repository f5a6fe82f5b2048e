// Proof that the whole road works: an event of our own, put on the bus that the system under test uses, must come back over rule,
// target and topic. It tells how long the road takes, and it bounds negative answers: what was published before the canary and has
// not come shortly after it, will not come. EventBridge promises no order, so "shortly after" is a margin, learned from the road.
import { TransportError } from '../transport/transport.ts';

/** Where canaries go. */
export interface CanaryOptions {
  /** Name or ARN of the event bus. */
  readonly bus: string;
  /** Source of the canary, for rules that do not match every source. Default `earwitness`. */
  readonly source?: string;
  /** Detail-type of the canary. Default `Canary`. */
  readonly detailType?: string;
}

/** Puts one canary on the bus. */
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
  const { bus, source = 'earwitness', detailType = 'Canary' } = options;
  return async (id) => {
    const Detail = JSON.stringify({ earwitnessProbe: id });
    const entry = { EventBusName: bus, Source: source, DetailType: detailType, Detail };
    const { FailedEntryCount, Entries } = await client.send(new sdk.PutEventsCommand({ Entries: [entry] }));
    if (!FailedEntryCount) return;
    const [failed] = Entries ?? [];
    throw new TransportError(`bus ${bus} refused the canary: ${failed?.ErrorMessage ?? 'no reason given'}`, {
      ...(failed?.ErrorCode ? { code: failed.ErrorCode } : {}),
    });
  };
}
