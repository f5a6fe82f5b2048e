// What something that stands in received: a target of a service that the local cloud does not serve, a function in a
// runtime that does not run there, a service whose API was called.
import type { Message } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { demandLocal } from '../local-cloud.ts';
import { DEFAULT_TIMEOUT_MS } from '../settings.ts';
import { createStandInTransport } from '../transport/stand-in.ts';
import { openReader, type Reader } from './reader.ts';

/** What can be expected of something that was received: its fields, or a function that looks at all of it. */
export type ExpectedRecord = Readonly<Record<string, unknown>> | Expectation | ((received: Message) => boolean);

/** The record of something that stands in: the inputs that it received, parsed where they are JSON. */
export interface StandIn extends Reader<Message, ExpectedRecord> {}

/**
 * Listens to what something that stands in receives from now on. Only a local cloud has stand-ins.
 * @param name the resource's logical id in its template (`Orders`), the name of a function, or a service (`ses`),
 * of whose API each call is a message `{ operation: 'SendEmail' }`
 * @throws NotLocalError when `EARWITNESS_URL` names no local cloud
 * @throws ConfigurationError when `timeoutMs` is not a time
 * @throws TransportError when the local cloud does not answer
 * @example
 * await using orders = await standIn('OrderMachine');
 * await createOrder({ id });
 * await orders.waitFor({ detail: { id } });
 */
export async function standIn(
  name: string,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<StandIn> {
  const url = demandLocal(`standIn('${name}')`, {
    why: 'in AWS nothing stands in',
    instead: 'await what the resource itself does, such as the events that it publishes',
  });
  return openReader(createStandInTransport({ url, name }), { timeoutMs, where: 'standIn' });
}
