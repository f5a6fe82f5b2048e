// StartReplay, DescribeReplay, CancelReplay, ListReplays. A replay here takes no time to speak of.
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
import type { Call, Operation } from '../../../service.ts';
import type { Events } from '../events.ts';
import { pageOf } from '../page.ts';
import type { Replay } from '../replay.ts';

export function replayOperations({ ground, archives, replays }: Events) {
  const start: Operation<StartReplayRequest, StartReplayResponse> = async (input, call) => {
    const { ReplayName: name, EventSourceArn, Destination, EventStartTime, EventEndTime, Description } = input;
    if (replays.find(call, name)) {
      throw new ServiceError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
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
    const { account, region } = call;
    const replay: Replay = {
      name,
      account,
      region,
      arn: formatArn({ service: 'events', region, account, resource: `replay/${name}` }),
      ...(Description !== undefined && { description: Description }),
      bus: archive.bus,
      eventSourceArn: archive.arn,
      destination: Destination,
      eventStartTime: EventStartTime,
      eventEndTime: EventEndTime,
      state: 'STARTING',
      startedAt: ground.clock.now(),
    };
    await replays.put(replay);
    const events = archives.eventsOf(archive).filter(({ at }) => at >= EventStartTime && at < EventEndTime);
    replays.start(replay, events);
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

  const cancel: Operation<CancelReplayRequest, CancelReplayResponse> = ({ ReplayName }, call) => {
    const { state } = get(call, ReplayName);
    throw new ServiceError(
      'IllegalStatusException',
      `Replay ${ReplayName} is not in a valid state for this operation: ${state}.`,
    );
  };

  const list: Operation<ListReplaysRequest, ListReplaysResponse> = (input, call) => {
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

function listed(replay: Replay): ListedReplay {
  return {
    ReplayName: replay.name,
    EventSourceArn: replay.eventSourceArn,
    State: replay.state,
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
