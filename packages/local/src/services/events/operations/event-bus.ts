// Event buses.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { EventBus } from '@earwitness/protocol/internal/aws/models/events.types';
import type { OperationsOf } from '../../../call.ts';
import { type Bus, busArn, busRefOf } from '../bus.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { tagsOf } from '../tag.ts';

export function eventBusOperations({ buses, rules }: Parts) {
  return {
    async CreateEventBus(input, call) {
      const { Name, Tags, EventSourceName, ...settings } = input;
      if (EventSourceName !== undefined) {
        throw new ServiceError('ResourceNotFoundException', `Event source ${EventSourceName} does not exist.`);
      }
      // Only partners' buses have one. The sentence is moto's.
      if (Name.includes('/')) throw new ServiceError('ValidationException', "Event bus name must not contain '/'.");
      const ref = busRefOf(Name, call);
      if (buses.find(ref)) {
        throw new ServiceError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`);
      }
      const arn = busArn(ref);
      await buses.put({ ...ref, arn, settings, tags: tagsOf(Tags), createdAt: 0, modifiedAt: 0 });
      return { EventBusArn: arn, ...settings };
    },

    DescribeEventBus({ Name }, call) {
      const bus = buses.get(busRefOf(Name, call));
      return { ...listed(bus), ...bus.settings };
    },

    async UpdateEventBus({ Name, ...changes }, call) {
      const bus = buses.get(busRefOf(Name, call));
      const settings = { ...bus.settings, ...changes };
      await buses.put({ ...bus, settings });
      return { Arn: bus.arn, Name: bus.name, ...settings };
    },

    async DeleteEventBus({ Name }, call) {
      const ref = busRefOf(Name, call);
      if (ref.name === 'default') throw new ServiceError('ValidationException', 'Cannot delete event bus default.');
      if (rules.list(ref).length > 0) {
        throw new ServiceError('ValidationException', `Event bus ${ref.name} cannot be deleted since it has rules.`);
      }
      await buses.delete(ref);
      return {};
    },

    ListEventBuses({ NamePrefix = '', ...paging }, call) {
      const found = buses.list(call).filter(({ name }) => name.startsWith(NamePrefix));
      const { page, next } = takePage(found, paging, { keyOf: ({ name }) => name });
      return { EventBuses: page.map(listed), ...next };
    },
  } satisfies OperationsOf<'events'>;
}

function listed({ name, arn, policy, settings, createdAt, modifiedAt }: Bus): EventBus {
  return {
    Name: name,
    Arn: arn,
    Description: settings.Description,
    ...(policy && { Policy: JSON.stringify(policy) }),
    CreationTime: createdAt,
    LastModifiedTime: modifiedAt,
  };
}
