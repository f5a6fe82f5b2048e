// Every log group, stream, event and resource policy of this cloud, and who may write.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Table, tableOf } from '../../backbone/table.ts';
import type { Call } from '../../call.ts';
import { createPager } from '../../page.ts';
import type { Platform } from '../../platform.ts';
import { LogEvents, type StoredEvent } from './log-events.ts';
import { groupArn, groupKey, type LogGroup, type LogStream, streamKey } from './log-group.ts';

const GROUPS = tableOf<LogGroup>('logs/groups');
const STREAMS = tableOf<LogStream>('logs/streams');
const POLICIES = tableOf<LogPolicy>('logs/policies');

/** An account's policy that lets services write (PutResourcePolicy). */
export interface LogPolicy {
  readonly name: string;
  /** JSON text. */
  readonly document: string;
  readonly updatedAt: number;
}

const DAY_MS = 86_400_000;

const WRITERS: ReadonlySet<string> = new Set(['lambda.amazonaws.com', 'delivery.logs.amazonaws.com']);

export class LogStore {
  readonly platform: Platform;
  readonly groups: Table<LogGroup>;
  readonly streams: Table<LogStream>;
  readonly policies: Table<LogPolicy>;
  readonly events: LogEvents;

  constructor(platform: Platform) {
    this.platform = platform;
    this.events = new LogEvents(platform.backbone);
    this.groups = platform.backbone.table(GROUPS);
    this.streams = platform.backbone.table(STREAMS);
    this.policies = platform.backbone.table(POLICIES);
  }

  findGroup(name: string, { account, region }: Pick<Call, 'account' | 'region'>): LogGroup | undefined {
    return this.groups.get(groupKey({ account, region, name }))?.value;
  }

  /**
   * The group that a request names, by its name or by `logGroupIdentifier` (name or ARN).
   * @throws ValidationException when it names both; ResourceNotFoundException
   */
  group(request: GroupReference, call: Pick<Call, 'account' | 'region'>): LogGroup {
    if (request.logGroupName !== undefined && request.logGroupIdentifier !== undefined) {
      const message = 'LogGroup name and LogGroup ARN are mutually exclusive parameters.';
      throw new ServiceError('ValidationException', message);
    }
    const named = request.logGroupName ?? nameOf(request.logGroupIdentifier);
    if (named === undefined)
      throw invalidParameter('Exactly one of logGroupName or logGroupIdentifier must be specified.');
    const group = this.findGroup(named, call);
    if (group) return group;
    throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
  }

  /** @throws ResourceNotFoundException */
  stream(group: LogGroup, name: string): LogStream {
    const stream = this.streams.get(streamKey(group, name))?.value;
    if (stream) return stream;
    throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }

  /** A group's streams by name. */
  streamsOf(group: LogGroup, prefix = ''): LogStream[] {
    return this.streams.list(streamKey(group, prefix)).map((row) => row.value);
  }

  /** A stream's events that the group still keeps, oldest first. */
  eventsOf(group: LogGroup, name: string): Promise<StoredEvent[]> {
    return this.events.read(streamKey(group, name), this.oldestKept(group));
  }

  /** Epoch ms; what is older has expired. */
  oldestKept({ retentionDays }: LogGroup): number {
    return retentionDays === undefined ? Number.NEGATIVE_INFINITY : this.platform.clock.now() - retentionDays * DAY_MS;
  }

  /**
   * Lets a caller write to a stream. Lambda writes what functions print and needs no policy here, nor does the delivery
   * of a service's own log, for which AWS puts a policy into the account by itself; other services need one of the
   * account's resource policies.
   * @throws AccessDeniedException
   */
  async authorize(group: LogGroup, stream: string, call: Call, action: string): Promise<void> {
    const { principal } = call;
    if (principal.kind === 'service' && WRITERS.has(principal.service)) return;
    const rows = this.policies.list(`${group.account}/${group.region}/`);
    const statements = rows.flatMap((row): unknown[] => JSON.parse(row.value.document).Statement ?? []);
    const denied = await this.platform.access.findRefusal(call, {
      action: `logs:${action}`,
      resource: `${groupArn(group)}:log-stream:${stream}`,
      owner: group.account,
      tags: group.tags,
      ...(statements.length > 0 && { policy: JSON.stringify({ Statement: statements }) }),
    });
    if (denied !== undefined) throw new ServiceError('AccessDeniedException', denied);
  }
}

interface GroupReference {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

function nameOf(identifier: string | undefined): string | undefined {
  if (identifier === undefined) return undefined;
  const resource = parseArn(identifier)?.resource;
  return resource === undefined ? identifier : /^log-group:([^:]+)/.exec(resource)?.[1];
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

/** One page. @throws InvalidParameterException */
export const takePage = createPager({
  token: 'nextToken',
  limit: 'limit',
  size: 50,
  refusal: () => invalidParameter('The specified nextToken is invalid.'),
});
