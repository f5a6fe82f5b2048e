// What happened to a stack, in order: kept for DescribeStackEvents, and told to the journal. Reasons carry no property
// values of ours; what a service says in its refusal is passed on as it is.
import type { StackEvent } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { logOf } from '../../backbone/log.ts';
import type { Platform } from '../../platform.ts';
import type { ResourceRecord, StackRecord, StackStatus, StackStore } from './stack.ts';

export interface StackEvents {
  /** Changes the stack's status, then tells it. */
  stack(stackId: string, status: StackStatus, change?: StatusChange): Promise<StackRecord>;
  /** Writes a resource's new state into its stack, then tells it. */
  resource(stackId: string, record: ResourceRecord): Promise<void>;
  /** Tells what happens to something that its stack no longer has: a resource that was replaced or removed. */
  formerResource(stackId: string, record: ResourceRecord): Promise<void>;
  /** Newest first. */
  list(stackId: string): Promise<StackEvent[]>;
  /** Forgets the events of a stack. */
  forget(stackId: string): Promise<void>;
}

export interface StatusChange {
  readonly reason?: string | undefined;
  /** Further members of the stack's row that change together with its status. */
  readonly with?: Partial<StackRecord>;
}

/** Ours: events kept of one stack, which at some 700 bytes each is 7 MB. */
const EVENTS = logOf<StackEvent>('cloudformation/events', {
  maxEntries: 10_000,
  maxBytes: Number.POSITIVE_INFINITY,
  sizeBytes: () => 0,
  lasting: true,
});

export function createStackEvents(platform: Platform, stacks: StackStore): StackEvents {
  const { backbone } = platform;

  async function tell(stack: StackRecord, what: Told): Promise<void> {
    const event: StackEvent = {
      StackId: stack.id,
      StackName: stack.name,
      EventId: platform.ids.uuid(),
      Timestamp: platform.clock.now(),
      LogicalResourceId: what.logicalId,
      ResourceType: what.resourceType,
      ResourceStatus: what.status,
      ...(what.physicalId !== undefined && { PhysicalResourceId: what.physicalId }),
      ...(what.reason !== undefined && { ResourceStatusReason: what.reason }),
      ...(stack.clientRequestToken !== undefined && { ClientRequestToken: stack.clientRequestToken }),
    };
    await backbone.log(EVENTS, stack.id).append(event);
    platform.journal.record({
      kind: 'stack',
      stack: stack.name,
      logicalId: what.logicalId,
      resourceType: what.resourceType,
      status: what.status ?? '',
      ...(what.physicalId !== undefined && { physicalId: what.physicalId }),
      ...(what.reason !== undefined && { reason: what.reason }),
    });
  }

  /**
   * Writes a resource into its stack's row. What comes in one turn is written at once: a wave of resources that are
   * made at the same time would copy the row once for each of them.
   */
  const gathered = new Map<
    string,
    { readonly records: Record<string, ResourceRecord>; written: Promise<StackRecord> }
  >();
  function write(stackId: string, record: ResourceRecord): Promise<StackRecord> {
    const gathering = gathered.get(stackId);
    if (gathering) {
      gathering.records[record.logicalId] = record;
      return gathering.written;
    }
    const records = { [record.logicalId]: record };
    const written = Promise.resolve().then(() => {
      gathered.delete(stackId);
      return stacks.change(stackId, (stack) => ({ ...stack, resources: { ...stack.resources, ...records } }));
    });
    gathered.set(stackId, { records, written });
    return written;
  }

  const tellResource = (stack: StackRecord, record: ResourceRecord) =>
    tell(stack, {
      logicalId: record.logicalId,
      physicalId: record.made?.physicalId,
      resourceType: record.type,
      status: record.status,
      reason: record.statusReason,
    });

  return {
    async stack(stackId, status, { reason, with: members } = {}) {
      const changed = await stacks.change(stackId, ({ statusReason: _, ...stack }) => ({
        ...stack,
        ...members,
        status,
        ...(reason !== undefined && { statusReason: reason }),
      }));
      await tell(changed, {
        logicalId: changed.name,
        physicalId: changed.id,
        resourceType: 'AWS::CloudFormation::Stack',
        // A stack event's status is typed by the resource statuses, which lack the cleanup states that the service does
        // send.
        status: status as StackEvent['ResourceStatus'],
        reason,
      });
      return changed;
    },
    async resource(stackId, record) {
      await tellResource(await write(stackId, record), record);
    },
    formerResource: async (stackId, record) => tellResource(await stacks.change(stackId, (stack) => stack), record),
    async list(stackId) {
      const entries = await backbone.log(EVENTS, stackId).read(1, EVENTS.retention.maxEntries);
      return entries.map(({ value }) => value).reverse();
    },
    forget: (stackId) => backbone.removeLog(EVENTS, stackId),
  };
}

interface Told {
  readonly logicalId: string;
  readonly physicalId: string | undefined;
  readonly resourceType: string;
  readonly status: StackEvent['ResourceStatus'];
  readonly reason: string | undefined;
}
