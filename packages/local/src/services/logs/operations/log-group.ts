// Log groups and how long they keep events.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { describeGroup, groupKey, type LogGroup, streamKey } from '../log-group.ts';
import { invalidParameter, takePage } from '../log-store.ts';
import type { Parts } from '../parts.ts';

/** Days. Source: CloudWatch Logs API reference, PutRetentionPolicy. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function logGroupOperations({ platform, store }: Parts) {
  return {
    async CreateLogGroup({ logGroupName: name, kmsKeyId, tags = {}, logGroupClass = 'STANDARD' }, { account, region }) {
      const key = groupKey({ account, region, name });
      if (store.groups.get(key)) {
        throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      await store.groups.put(key, {
        account,
        region,
        name,
        createdAt: platform.clock.now(),
        logGroupClass,
        tags,
        ...(kmsKeyId !== undefined && { kmsKeyId }),
      });
      return {};
    },

    async DescribeLogGroups(input, { account, region }) {
      const { logGroupNamePrefix: prefix = '', logGroupNamePattern: pattern, logGroupClass } = input;
      if (prefix !== '' && pattern !== undefined) {
        throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      }
      const found = store.groups
        .list(groupKey({ account, region, name: prefix }))
        .map((row) => row.value)
        .filter((group) => pattern === undefined || group.name.toLowerCase().includes(pattern.toLowerCase()))
        .filter((group) => logGroupClass === undefined || group.logGroupClass === logGroupClass);
      const { page, next } = takePage(found, input);
      const describe = async (group: LogGroup) => {
        const events = await Promise.all(store.streamsOf(group).map((stream) => store.eventsOf(group, stream.name)));
        // AWS counts 26 bytes for each event besides its message.
        const storedBytes = events.flat().reduce((sum, event) => sum + Buffer.byteLength(event.message) + 26, 0);
        return describeGroup(group, storedBytes);
      };
      return { logGroups: await Promise.all(page.map(describe)), ...next };
    },

    async DeleteLogGroup(input, call) {
      const group = store.group(input, call);
      for (const { name } of store.streamsOf(group)) {
        await store.streams.delete(streamKey(group, name));
        await store.events.delete(streamKey(group, name));
      }
      await store.groups.delete(groupKey(group));
      return {};
    },

    async PutRetentionPolicy({ retentionInDays: days, ...input }, call) {
      const group = store.group(input, call);
      if (!RETENTION_DAYS.includes(days)) {
        throw invalidParameter(
          `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
        );
      }
      await store.groups.put(groupKey(group), { ...group, retentionDays: days });
      return {};
    },

    async DeleteRetentionPolicy(input, call) {
      const { retentionDays: _, ...group } = store.group(input, call);
      await store.groups.put(groupKey(group), group);
      return {};
    },
  } satisfies OperationsOf<'logs'>;
}
