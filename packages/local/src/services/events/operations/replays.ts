// StartReplay, DescribeReplay, CancelReplay, ListReplays. A replay goes as fast as it can.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CancelReplayRequest,
  CancelReplayResponse,
  DescribeReplayRequest,
  DescribeReplayResponse,
  Replay as ListedReplay,
  ListReplaysRequest,
  ListReplaysResponse,
  StartReplayRequest,
  StartReplayResponse,
} from '@earwitness/protocol/internal/aws/models/events.types';
import type { Call, Operation } from '../../../call.ts';
import type { Events } from '../events.ts';
import { pageOf, refuseTwoFilters } from '../page.ts';
import { MAX_ACTIVE_REPLAYS, type Replay } from '../replay.ts';

export function replayOperations({ platform, archives, replays }: Events) {
  const start: Operation<StartReplayRequest, StartReplayResponse> = async (input, call) => {
    const { ReplayName: name, EventSourceArn, Destination, EventStartTime, EventEndTime, Description } = input;
    if (replays.find(call, name)) {
      throw new ServiceError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
    }
    if (!parseArn(Destination.Arn)?.resource.startsWith('event-bus/')) {
      throw invalid('Destination.Arn', 'Must contain an event bus ARN.');
    }
    const archiveName = parseArn(EventSourceArn)?.resource.replace(/^archive\//, '') ?? EventSourceArn;
    const archive = archives.find(call, archiveName);
    if (!archive) throw invalid('EventSourceArn', `Archive ${archiveName} does not exist.`);
    if (Destination.Arn !== archive.eventSourceArn) {
      throw invalid('Destination.Arn', 'Cross event bus replay is not permitted.');
    }
    if (EventStartTime >= EventEndTime) {
      throw invalid('EventEndTime', 'EventStartTime must be before EventEndTime.');
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
  };

  function get(call: Call, name: string): Replay {
    const replay = replays.find(call, name);
    if (!replay) throw new ServiceError('ResourceNotFoundException', `Replay ${name} does not exist.`);
    return replay;
  }

  const describe: Operation<DescribeReplayRequest, DescribeReplayResponse> = ({ ReplayName }, call) => {
    const replay = get(call, ReplayName);
    return {
      ...listed(replay),
      ReplayArn: replay.arn,
      Description: replay.description,
      Destination: replay.destination,
    };
  };

  const cancel: Operation<CancelReplayRequest, CancelReplayResponse> = async ({ ReplayName }, call) => {
    const replay = get(call, ReplayName);
    if (!isActive(replay) || replay.state === 'CANCELLING') {
      throw new ServiceError(
        'IllegalStatusException',
        `Replay ${ReplayName} is not in a valid state for this operation.`,
      );
    }
    await replays.put({ ...replay, state: 'CANCELLING' });
    return { ReplayArn: replay.arn, State: 'CANCELLING' };
  };

  const list: Operation<ListReplaysRequest, ListReplaysResponse> = (input, call) => {
    refuseTwoFilters('ListReplays', input);
    const { NamePrefix = '', EventSourceArn, State, ...page } = input;
    const found = replays
      .list(call)
      .filter(
        ({ name, eventSourceArn, state }) =>
          name.startsWith(NamePrefix) &&
          (EventSourceArn === undefined || eventSourceArn === EventSourceArn) &&
          (State === undefined || state === State),
      );
    const { items, next } = pageOf(found, page, ({ name }) => name);
    return { Replays: items.map(listed), ...next };
  };

  return { StartReplay: start, DescribeReplay: describe, CancelReplay: cancel, ListReplays: list };
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
