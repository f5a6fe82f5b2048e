// Amazon EventBridge: buses, rules, targets, PutEvents, connections and API destinations. What an operation does stands
// in operations/; this file puts the room together.
import type { Arn } from '@earwitness/protocol/internal/aws/arn';
import { Deliveries } from '../../delivery/deliveries.ts';
import type { Delivery } from '../../delivery/destination.ts';
import { createApiDestination } from '../../destinations/api-destination.ts';
import { createBusDestination } from '../../destinations/bus.ts';
import { createConnectionReader } from '../../destinations/connection.ts';
import { createFunctionDestination } from '../../destinations/function.ts';
import { createHttpClient } from '../../destinations/http-client.ts';
import { createLogDestination } from '../../destinations/log.ts';
import { createQueueDestination } from '../../destinations/queue.ts';
import { createStandInDestination } from '../../destinations/stand-in.ts';
import { createStateMachineDestination } from '../../destinations/state-machine.ts';
import { createStreamDestination } from '../../destinations/stream.ts';
import { createTopicDestination } from '../../destinations/topic.ts';
import { createRoleCheck } from '../../permissions/role.ts';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { Archives } from './archive.ts';
import { Buses } from './bus.ts';
import { ApiDestinations } from './connections/api-destination.ts';
import { Connections } from './connections/connection.ts';
import { createIngest } from './ingest.ts';
import { eventMap } from './map.ts';
import { apiDestinationOperations } from './operations/api-destination.ts';
import { archiveOperations } from './operations/archive.ts';
import { connectionOperations } from './operations/connection.ts';
import { eventOperations } from './operations/event.ts';
import { eventBusOperations } from './operations/event-bus.ts';
import { permissionOperations } from './operations/permission.ts';
import { replayOperations } from './operations/replay.ts';
import { ruleOperations } from './operations/rule.ts';
import { tagOperations } from './operations/tag.ts';
import { targetOperations } from './operations/target.ts';
import type { Parts } from './parts.ts';
import { Replays } from './replay.ts';
import { EVENTS_RESOURCES } from './resources/list.ts';
import { Router } from './router.ts';
import { Rules } from './rule.ts';
import { startSchedules } from './schedule.ts';
import { createEmit } from './senders/emit.ts';
import { createForward } from './senders/forward.ts';

export function createEventsService(platform: Platform): Service {
  const buses = new Buses(platform);
  const rules = new Rules(platform);
  const connections = new Connections(platform);
  const apiDestinations = new ApiDestinations(platform, connections);
  const router = new Router(rules);
  const archives = new Archives(platform);
  const ingest = createIngest(platform, router, (arrival) => archives.keep(arrival));

  const http = createHttpClient(platform);
  const checkRole = createRoleCheck(platform);
  const reader = createConnectionReader(platform, http);
  const put = (made: readonly Delivery[]) => deliveries.put(made);
  const forward = createForward({ platform, buses, ingest, put });
  const served = [
    createApiDestination({
      http,
      connections: reader,
      checkRole,
      find: (arn) => apiDestinations.findSettings(arn),
    }),
    createFunctionDestination(platform, checkRole),
    createQueueDestination(platform, checkRole),
    createBusDestination(forward, checkRole),
    createLogDestination(platform, checkRole),
    createTopicDestination(platform, checkRole),
    createStreamDestination(platform, checkRole),
    createStateMachineDestination(platform, checkRole),
  ];
  const isServed = (arn: Arn) => served.some((destination) => destination.accepts(arn));
  const deliveries = new Deliveries(platform, [...served, createStandInDestination(platform, isServed)]);
  const replays = new Replays({ platform, archives, router, ingest, put });
  const stopSchedules = startSchedules({ platform, rules, ingest, put });
  const parts: Parts = {
    platform,
    buses,
    rules,
    connections,
    apiDestinations,
    archives,
    replays,
    ingest,
    deliveries,
    http,
  };

  return {
    name: 'events',
    operations: {
      ...apiDestinationOperations(parts),
      ...archiveOperations(parts),
      ...connectionOperations(parts),
      ...eventOperations(parts),
      ...eventBusOperations(parts),
      ...permissionOperations(parts),
      ...replayOperations(parts),
      ...ruleOperations(parts),
      ...tagOperations(parts),
      ...targetOperations(parts),
    },
    resources: EVENTS_RESOURCES,
    emit: createEmit(parts),
    async state(home) {
      const all = buses.listAll(home);
      return { buses: all.map((bus) => ({ name: bus.name, arn: bus.arn, rules: rules.list(bus).length })) };
    },
    map: () => eventMap(parts),
    async purge() {
      deliveries.reset();
      await replays.forget();
    },
    reset() {
      deliveries.reset();
      reader.clear();
    },
    close() {
      stopSchedules();
      replays.close();
      deliveries.close();
      http.close();
    },
  };
}
