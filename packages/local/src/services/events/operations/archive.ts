// Archives of a bus.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { type Archive, archiveArn } from '../archive.ts';
import { archiveRuleName, createArchiveRule } from '../archive-rule.ts';
import { busRefOf } from '../bus.ts';
import { refuseTwoFilters, takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { checkPattern } from '../pattern.ts';

export function archiveOperations({ platform, buses, rules, archives }: Parts) {
  async function save(archive: Archive) {
    await archives.put(archive);
    await rules.put(createArchiveRule(archive, platform.clock.now()));
    return answerOf(archive);
  }
  async function listed(archive: Archive) {
    const events = await archives.eventsOf(archive);
    return {
      ArchiveName: archive.name,
      EventSourceArn: archive.eventSourceArn,
      State: 'ENABLED' as const,
      RetentionDays: archive.retentionDays,
      SizeBytes: events.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      EventCount: events.length,
      CreationTime: archive.createdAt,
    };
  }
  return {
    async CreateArchive(input, call) {
      const { ArchiveName: name, EventSourceArn, EventPattern, Description, RetentionDays = 0 } = input;
      if (archives.find(call, name)) {
        throw new ServiceError('ResourceAlreadyExistsException', `Archive ${name} already exists.`);
      }
      const bus = busRefOf(EventSourceArn, call);
      buses.get(bus);
      if (EventPattern !== undefined) checkPattern(EventPattern);
      const archive: Archive = {
        name,
        account: call.account,
        region: call.region,
        arn: archiveArn(call, name),
        id: platform.ids.uuid(),
        bus,
        eventSourceArn: EventSourceArn,
        ...(EventPattern !== undefined && { eventPattern: EventPattern }),
        ...(Description !== undefined && { description: Description }),
        retentionDays: RetentionDays,
        createdAt: platform.clock.now(),
      };
      return save(archive);
    },

    async DescribeArchive({ ArchiveName }, call) {
      const archive = archives.get(call, ArchiveName);
      return {
        ...(await listed(archive)),
        ArchiveArn: archive.arn,
        Description: archive.description,
        EventPattern: archive.eventPattern,
      };
    },

    async UpdateArchive(input, call) {
      const { ArchiveName, EventPattern, RetentionDays, Description } = input;
      if (EventPattern === undefined && RetentionDays === undefined && Description === undefined) {
        const message = 'At least one of EventPattern, RetentionDays or Description must be provided.';
        throw new ServiceError('ValidationException', message);
      }
      const archive = archives.get(call, ArchiveName);
      if (EventPattern !== undefined) checkPattern(EventPattern);
      const changed: Archive = {
        ...archive,
        ...(EventPattern !== undefined && { eventPattern: EventPattern }),
        ...(RetentionDays !== undefined && { retentionDays: RetentionDays }),
        ...(Description !== undefined && { description: Description }),
      };
      return save(changed);
    },

    async DeleteArchive({ ArchiveName }, call) {
      const archive = archives.get(call, ArchiveName);
      await archives.delete(archive);
      await rules.delete(archive.bus, archiveRuleName(archive));
      return {};
    },

    async ListArchives(input, call) {
      refuseTwoFilters('ListArchives', input);
      const { NamePrefix = '', EventSourceArn, State, ...paging } = input;
      if (EventSourceArn !== undefined) buses.get(busRefOf(EventSourceArn, call));
      const found = archives
        .list(call)
        .filter(
          ({ name, eventSourceArn }) =>
            name.startsWith(NamePrefix) &&
            (EventSourceArn === undefined || eventSourceArn === EventSourceArn) &&
            (State === undefined || State === 'ENABLED'),
        );
      const { page, next } = takePage(found, paging, { keyOf: ({ name }) => name });
      return { Archives: await Promise.all(page.map(listed)), ...next };
    },
  } satisfies OperationsOf<'events'>;
}

function answerOf({ arn, createdAt }: Archive) {
  return { ArchiveArn: arn, State: 'ENABLED' as const, CreationTime: createdAt };
}
