// AWS Lambda: functions and everything that is said about them, and Invoke. Running them is functions/' business.
import type { FunctionState } from '@earwitness/protocol/internal/admin/cloud-state';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { AsynchronousInvocations } from './asynchronous.ts';
import { functionMap } from './event-sources/map.ts';
import { MappingTable } from './event-sources/mapping.ts';
import { MappingPoller } from './event-sources/mapping-poller.ts';
import { Fleet, type FleetOptions } from './fleet.ts';
import { FunctionTable, type LambdaFunction } from './function.ts';
import { formatFunctionArn } from './function-name.ts';
import { Invocations } from './invocation.ts';
import { LayerTable } from './layers/layer.ts';
import { LogWriter } from './log-writer.ts';
import { aliasOperations } from './operations/alias.ts';
import { concurrencyOperations } from './operations/concurrency.ts';
import { eventInvokeConfigOperations } from './operations/event-invoke-config.ts';
import { eventSourceMappingOperations } from './operations/event-source-mapping.ts';
import { functionOperations } from './operations/function.ts';
import { functionUrlOperations } from './operations/function-url.ts';
import { invocationOperations } from './operations/invocation.ts';
import { layerOperations } from './operations/layer.ts';
import { layerPermissionOperations } from './operations/layer-permission.ts';
import { permissionOperations } from './operations/permission.ts';
import { tagOperations } from './operations/tag.ts';
import { versionOperations } from './operations/version.ts';
import type { Parts } from './parts.ts';
import { LAMBDA_RESOURCES } from './resources/list.ts';
import { findStandIn } from './stand-in.ts';
import { createUrlDoor } from './urls/door.ts';

export function createLambdaService(platform: Platform, options: FleetOptions = {}): Service {
  const functions = new FunctionTable(platform.backbone);
  const layers = new LayerTable(platform.backbone);
  const fleet = new Fleet(platform, options);
  const log = new LogWriter(platform);
  const invocations = new Invocations(platform, fleet, log);
  const asynchronous = new AsynchronousInvocations(platform, functions, invocations);
  const mappings = new MappingTable(platform.backbone);
  const poller = new MappingPoller({ platform, functions, invocations }, mappings);
  // Deleted by another node, or by its reset, a function ends here as well.
  const leaveFunctions = functions.watchGone((key) => {
    fleet.removeAll(key).catch((error: unknown) => platform.journal.fault(`function ${key}`, error));
  });
  let leave = poller.follow();
  const parts: Parts = { platform, functions, layers, fleet, invocations, asynchronous, mappings, poller };
  const stop = async () => {
    leave();
    poller.reset();
    log.reset();
    await fleet.close();
  };
  return {
    name: 'lambda',
    operations: {
      ...aliasOperations(parts),
      ...concurrencyOperations(parts),
      ...eventInvokeConfigOperations(parts),
      ...eventSourceMappingOperations(parts),
      ...functionOperations(parts),
      ...functionUrlOperations(parts),
      ...invocationOperations(parts),
      ...layerOperations(parts),
      ...layerPermissionOperations(parts),
      ...permissionOperations(parts),
      ...tagOperations(parts),
      ...versionOperations(parts),
    },
    resources: LAMBDA_RESOURCES,
    state: async () => ({ functions: await Promise.all(functions.all().map(stateOf)) }),
    map: () => functionMap(parts),
    doors: [createUrlDoor(parts)],
    async purge() {
      asynchronous.reset();
      await poller.purge();
      await fleet.interrupt();
      await log.settled();
    },
    async reset() {
      await stop();
      leave = poller.follow();
    },
    async close() {
      asynchronous.close();
      leaveFunctions();
      await stop();
    },
  };
}

/** What there is, for a person. */
async function stateOf(fn: LambdaFunction): Promise<FunctionState> {
  const { name, latest } = fn;
  const { logGroup } = latest.settings;
  const standIn = await findStandIn(latest);
  return { name, arn: formatFunctionArn(fn), logGroup, ...(standIn && { standsIn: standIn.reason }) };
}
