// AWS CloudFormation: stacks of resources that the other services make. Operations in operations/, the language in
// protocol/template, the course of a deployment in deployment/.

import type { Platform } from '../../platform.ts';
import type { AwsService } from '../../service.ts';

import { assessTemplate } from './assessment/assess.ts';
import { createResponseDoor } from './custom/response-door.ts';
import { forgetAllEvents } from './deleted-stacks.ts';
import { CLOSING } from './deployment/background.ts';
import { concludeOrder } from './deployment/conclusion.ts';
import { runInBackground } from './deployment/start.ts';
import { changeSetOperations } from './operations/change-set.ts';
import { exportOperations } from './operations/export.ts';
import { stackOperations } from './operations/stack.ts';
import { stackEventOperations } from './operations/stack-event.ts';
import { stackResourceOperations } from './operations/stack-resource.ts';
import { templateOperations } from './operations/template.ts';
import { type CloudFormationOptions, createParts } from './parts.ts';
import { cloudFormationResources } from './resources/list.ts';
import { stackStates } from './state.ts';

export function createCloudFormationService(
  platform: Platform,
  options: CloudFormationOptions = { rewriteOutputs: true },
): AwsService {
  const parts = createParts(platform, options);
  parts.claims.listen((held) => runInBackground(parts, held, concludeOrder(parts, held.order)));
  return {
    name: 'cloudformation',
    operations: {
      ...changeSetOperations(parts),
      ...exportOperations(parts),
      ...stackOperations(parts),
      ...stackEventOperations(parts),
      ...stackResourceOperations(parts),
      ...templateOperations(parts),
    },
    resources: cloudFormationResources(parts),
    doors: [createResponseDoor(platform, parts.responses)],
    assess: (order, call) => assessTemplate(parts, order, call),
    state: async () => ({ stacks: stackStates(parts) }),
    async reset() {
      await parts.background.stop();
      await forgetAllEvents(parts);
    },
    async close() {
      parts.claims.close();
      await parts.background.stop(CLOSING);
    },
  };
}
