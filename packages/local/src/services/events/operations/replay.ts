// StartReplay, DescribeReplay, CancelReplay, ListReplays. A replay goes as fast as it can.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Replay as ListedReplay } from '@earwitness/protocol/internal/aws/models/events.types';
import type { Call, OperationsOf } from '../../../call.ts';
import { busRefOf } from '../bus.ts';
import { refuseTwoFilters, takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { MAX_ACTIVE_REPLAYS, type Replay } from '../replay.ts';

export function replayOperations({ platform, buses, archives, replays }: Parts) {
  function get(call: Call, name: string): Replay {
    const replay = replays.find(call, name);
    if (!replay) throw new ServiceError('ResourceNotFoundException', `Replay ${name} does not exist.`);
    return replay;
  }
  return {
    async StartReplay(input, call) {
      const { ReplayName: name, EventSourceArn, Destination, EventStartTime, EventEndTime, Description } = input;
      if (replays.find(call, name)) {
        throw new ServiceError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
      }
      if (!parseArn(Destination.Arn)?.resource.startsWith('event-bus/')) {
        throw invalid('Destination.Arn', 'Must contain an event bus ARN.');
      }
      // The order of these was recorded on AWS: the times, the bus, the archive, and whether the two belong together.
      if (EventStartTime >= EventEndTime) {
        throw invalid('EventEndTime', 'EventStartTime must be before EventEndTime.');
      }
      buses.get(busRefOf(Destination.Arn, call));
      const archiveName = parseArn(EventSourceArn)?.resource.replace(/^archive\//, '') ?? EventSourceArn;
      const archive = archives.find(call, archiveName);
      if (!archive) throw invalid('EventSourceArn', `Archive ${archiveName} does not exist.`);
      if (Destination.Arn !== archive.eventSourceArn) {
        throw invalid('Destination.Arn', 'Cross event bus replay is not permitted.');
      }
      if (replays.list(call).filter(isActive).length >= MAX_ACTIVE_REPLAYS) {
        throw new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
      }
      const { account, region } = call;
      const replay: Replay = {
        name,
        account,
        region,
        arn: formatArn({ service: 'events', region, account, resource: `replay/${name}` }),
        ...(Description !== undefined && { description: Description }),
        bus: archive.bus,
        archiveName: archive.name,
        eventSourceArn: archive.arn,
        destination: Destination,
        eventStartTime: EventStartTime,
        eventEndTime: EventEndTime,
        state: 'STARTING',
        startedAt: platform.clock.now(),
      };
      await replays.start(replay);
      return { ReplayArn: replay.arn, State: 'STARTING', ReplayStartTime: replay.startedAt };
    },

    DescribeReplay({ ReplayName }, call) {
      const replay = get(call, ReplayName);
      return {
        ...listed(replay),
        ReplayArn: replay.arn,
        Description: replay.description,
        Destination: replay.destination,
      };
    },

    async CancelReplay({ ReplayName }, call) {
      const replay = get(call, ReplayName);
      if (!isActive(replay) || replay.state === 'CANCELLING') {
        throw new ServiceError(
          'IllegalStatusException',
          `Replay ${ReplayName} is not in a valid state for this operation.`,
        );
      }
      await replays.change(replay, (now) => (isActive(now) ? { ...now, state: 'CANCELLING' } : now));
      return { ReplayArn: replay.arn, State: 'CANCELLING' };
    },

    ListReplays(input, call) {
      refuseTwoFilters('ListReplays', input);
      const { NamePrefix = '', EventSourceArn, State, ...paging } = input;
      const found = replays
        .list(call)
        .filter(
          ({ name, eventSourceArn, state }) =>
            name.startsWith(NamePrefix) &&
            (EventSourceArn === undefined || eventSourceArn === EventSourceArn) &&
            (State === undefined || state === State),
        );
      const { page, next } = takePage(found, paging, { keyOf: ({ name }) => name });
      return { Replays: page.map(listed), ...next };
    },
  } satisfies OperationsOf<'events'>;
}

function isActive({ state }: Replay): boolean {
  return state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING';
}

function listed(replay: Replay): ListedReplay {
  return {
    ReplayName: replay.name,
    EventSourceArn: replay.eventSourceArn,
    State: replay.state,
    StateReason: replay.stateReason,
    EventStartTime: replay.eventStartTime,
    EventEndTime: replay.eventEndTime,
    EventLastReplayedTime: replay.lastReplayedTime,
    ReplayStartTime: replay.startedAt,
    ReplayEndTime: replay.endedAt,
  };
}

function invalid(parameter: string, reason: string): ServiceError {
  return new ServiceError('ValidationException', `Parameter ${parameter} is not valid. Reason: ${reason}`);
}
