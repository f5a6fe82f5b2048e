// AWS Lambda: functions and everything that is said about them, and Invoke. Running them is functions/' business.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { AsynchronousInvocations } from './asynchronous.ts';
import { MappingTable } from './event-sources/mapping.ts';
import { QueuePoller } from './event-sources/queue-poller.ts';
import { Fleet } from './fleet.ts';
import { FunctionTable } from './function.ts';
import { Invocations } from './invocation.ts';
import type { Lambda } from './lambda.ts';
import { LogWriter } from './log-writer.ts';
import { createAliasOperations } from './operations/alias.ts';
import { createConcurrencyOperations } from './operations/concurrency.ts';
import { createCreateFunction } from './operations/create-function.ts';
import { createEventInvokeConfigOperations } from './operations/event-invoke-config.ts';
import { createEventSourceMappingOperations } from './operations/event-source-mapping.ts';
import { createFunctionOperations } from './operations/function.ts';
import { createFunctionUrlOperations } from './operations/function-url.ts';
import { createInvoke } from './operations/invoke.ts';
import { createPermissionOperations } from './operations/permission.ts';
import { createTagOperations } from './operations/tags.ts';
import { createUpdateFunctionOperations } from './operations/update-function.ts';
import { createVersionOperations } from './operations/version.ts';
import { lambdaResources } from './resources/function.ts';
import { triggerResources } from './resources/trigger.ts';
import { createUrlDoor } from './url-door.ts';

/** `idleWorkers`: how many function workers stay when nothing runs, over all functions. */
export function createLambdaService(
  platform: Platform,
  options: { readonly idleWorkers?: number | undefined } = {},
): Service {
  const functions = new FunctionTable(platform.backbone);
  const fleet = new Fleet(platform, options);
  const log = new LogWriter(platform);
  const invocations = new Invocations(platform, fleet, log);
  const asynchronous = new AsynchronousInvocations(platform, functions, invocations);
  const mappings = new MappingTable(platform.backbone);
  const poller = new QueuePoller(platform, { functions, invocations });
  const lambda: Lambda = { platform, functions, fleet, invocations, asynchronous, mappings, poller };
  const stop = async () => {
    poller.reset();
    asynchronous.reset();
    log.reset();
    await fleet.close();
  };
  return {
    name: 'lambda',
    operations: {
      CreateFunction: createCreateFunction(lambda),
      Invoke: createInvoke(lambda),
      ...createFunctionOperations(lambda),
      ...createUpdateFunctionOperations(lambda),
      ...createVersionOperations(lambda),
      ...createAliasOperations(lambda),
      ...createPermissionOperations(lambda),
      ...createEventInvokeConfigOperations(lambda),
      ...createEventSourceMappingOperations(lambda),
      ...createFunctionUrlOperations(lambda),
      ...createConcurrencyOperations(lambda),
      ...createTagOperations(lambda),
    },
    resources: [...lambdaResources, ...triggerResources],
    doors: [createUrlDoor(lambda)],
    reset: stop,
    close: stop,
  };
}
