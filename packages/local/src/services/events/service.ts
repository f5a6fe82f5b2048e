// Amazon EventBridge: buses, rules, targets, PutEvents, connections and API destinations. What an operation does stands in
// operations/; this file puts the room together.
import { Deliveries } from '../../delivery/deliveries.ts';
import type { Delivery } from '../../delivery/destination.ts';
import { createApiDestination } from '../../destinations/api-destination.ts';
import { createBusDestination } from '../../destinations/bus.ts';
import { createConnectionReader } from '../../destinations/connection.ts';
import { createFunctionDestination } from '../../destinations/function.ts';
import { createHttpClient } from '../../destinations/http-client.ts';
import { createLogDestination } from '../../destinations/log.ts';
import { createQueueDestination } from '../../destinations/queue.ts';
import { createRoleCheck } from '../../permissions/role.ts';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { Archives } from './archive.ts';
import { Buses } from './bus.ts';
import { ApiDestinations } from './connections/api-destination.ts';
import { Connections } from './connections/connection.ts';
import type { Events } from './events.ts';
import { createForward } from './forward.ts';
import { createIngest } from './ingest.ts';
import { apiDestinationOperations } from './operations/api-destinations.ts';
import { archiveOperations } from './operations/archives.ts';
import { connectionOperations } from './operations/connections.ts';
import { eventBusOperations } from './operations/event-buses.ts';
import { permissionOperations } from './operations/permissions.ts';
import { putEvents } from './operations/put-events.ts';
import { putRule } from './operations/put-rule.ts';
import { putTargets } from './operations/put-targets.ts';
import { replayOperations } from './operations/replays.ts';
import { ruleOperations } from './operations/rules.ts';
import { tagOperations } from './operations/tags.ts';
import { targetOperations } from './operations/targets.ts';
import { testEventPattern } from './operations/test-event-pattern.ts';
import { Replays } from './replay.ts';
import { archiveResource } from './resources/archive.ts';
import { apiDestinationResource, connectionResource } from './resources/connection.ts';
import { eventBusResource } from './resources/event-bus.ts';
import { eventBusPolicyResource } from './resources/event-bus-policy.ts';
import { ruleResource } from './resources/rule.ts';
import { Router } from './router.ts';
import { Rules } from './rule.ts';
import { startSchedules } from './schedule.ts';

export function createEventsService(platform: Platform): Service {
  const buses = new Buses(platform);
  const rules = new Rules(platform);
  const connections = new Connections(platform);
  const apiDestinations = new ApiDestinations(platform, connections);
  const router = new Router(rules);
  const archives = new Archives(platform);
  const ingest = createIngest(platform, router, (arrival) => archives.keep(arrival));

  const http = createHttpClient(platform);
  const role = createRoleCheck(platform);
  const reader = createConnectionReader(platform, http);
  const put = (made: readonly Delivery[]) => deliveries.put(made);
  const forward = createForward({ platform, buses, ingest, put });
  const deliveries = new Deliveries(platform, [
    createApiDestination({
      http,
      connections: reader,
      checkRole: role.check,
      find: (arn) => apiDestinations.findSettings(arn),
    }),
    createFunctionDestination(platform, role.check),
    createQueueDestination(platform, role.check),
    createBusDestination(forward, role.check),
    createLogDestination(platform, role.check),
  ]);
  const replays = new Replays({ platform, archives, router, ingest, put });
  const stopSchedules = startSchedules({ platform, rules, ingest, put });
  const events: Events = {
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
      PutEvents: putEvents(events),
      TestEventPattern: testEventPattern,
      ...eventBusOperations(events),
      ...permissionOperations(events),
      PutRule: putRule(events),
      ...ruleOperations(events),
      PutTargets: putTargets(events),
      ...targetOperations(events),
      ...tagOperations(events),
      ...connectionOperations(events),
      ...apiDestinationOperations(events),
      ...archiveOperations(events),
      ...replayOperations(events),
    },
    resources: [
      archiveResource,
      eventBusResource,
      eventBusPolicyResource,
      ruleResource,
      connectionResource,
      apiDestinationResource,
    ],
    reset() {
      deliveries.reset();
      reader.clear();
      role.clear();
    },
    close() {
      stopSchedules();
      replays.close();
      deliveries.close();
      role.close();
      http.close();
    },
  };
}
