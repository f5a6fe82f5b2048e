// May a caller put events on a bus? The account's own credentials may; a role (functions act as theirs) needs
// events:PutEvents in a policy of its own or of the bus, another account needs the bus's policy. One refused entry
// refuses the whole request, as on AWS.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { PutEventsRequestEntry } from '@earwitness/protocol/internal/aws/models/events.types';
import type { Call } from '../../call.ts';
import { isOwner, type Refusal } from '../../permissions/authorize.ts';
import type { Platform } from '../../platform.ts';
import { type Buses, type BusRef, busArn, busRefOf } from './bus.ts';

/** What a bus's policy may look at. Source: EventBridge user guide, "Using IAM policy conditions". */
interface Sender {
  readonly source: string | undefined;
  readonly detailType: string | undefined;
}

/** Returns AWS's sentence when the call may not put such an event on the bus. */
export function findPutRefusal(
  platform: Platform,
  buses: Buses,
  put: { readonly call: Call; readonly bus: BusRef; readonly sender: Sender },
): Promise<Refusal> {
  const { call, bus, sender } = put;
  const { source, detailType } = sender;
  const found = buses.find(bus);
  return platform.access.findRefusal(call, {
    action: 'events:PutEvents',
    resource: busArn(bus),
    owner: bus.account,
    policy: found?.policy,
    tags: found?.tags,
    context: {
      ...(source !== undefined && { 'events:source': source }),
      ...(detailType !== undefined && { 'events:detail-type': detailType }),
    },
  });
}

/** @throws AccessDeniedException */
export async function checkPutEvents(
  platform: Platform,
  buses: Buses,
  { entries, call }: { readonly entries: readonly PutEventsRequestEntry[]; readonly call: Call },
): Promise<void> {
  for (const { EventBusName, Source: source, DetailType: detailType } of entries) {
    const bus = busRefOf(EventBusName, call);
    if (isOwner(call, bus.account)) continue;
    const refused = await findPutRefusal(platform, buses, { call, bus, sender: { source, detailType } });
    if (refused !== undefined) throw new ServiceError('AccessDeniedException', refused);
  }
}

/**
 * Whether every entry goes to the caller's own buses with the account's own credentials: most calls, decided without
 * waiting.
 */
export function needsNoPermission(entries: readonly PutEventsRequestEntry[], call: Call): boolean {
  return isOwner(call, call.account) && entries.every(({ EventBusName = '' }) => !EventBusName.startsWith('arn:'));
}
