// AWS CloudFormation: stacks of resources that the other services make. Operations in operations/, the language in
// protocol/template, the course of a deployment in deployment.ts.

import type { Platform } from '../../platform.ts';
import type { AwsService } from '../../service.ts';
import { type CloudFormationOptions, createControl } from './control.ts';
import { forgetAllEvents } from './deleted-stacks.ts';
import { deleteChangeSet, describeChangeSet, listChangeSets } from './operations/change-sets.ts';
import { createChangeSet } from './operations/create-change-set.ts';
import { createStack } from './operations/create-stack.ts';
import { deleteStack } from './operations/delete-stack.ts';
import { describeStackEvents } from './operations/describe-stack-events.ts';
import { describeStacks, listStacks } from './operations/describe-stacks.ts';
import { executeChangeSet } from './operations/execute-change-set.ts';
import { listExports, listImports } from './operations/exports.ts';
import { getTemplate } from './operations/get-template.ts';
import { describeStackResource, describeStackResources, listStackResources } from './operations/stack-resources.ts';
import { getTemplateSummary, validateTemplate } from './operations/template-summary.ts';
import { updateStack } from './operations/update-stack.ts';
import { updateTerminationProtection } from './operations/update-termination-protection.ts';
import { cloudFormationResources } from './resources.ts';

export function createCloudFormationService(
  platform: Platform,
  options: CloudFormationOptions = { rewriteOutputs: true },
): AwsService {
  const control = createControl(platform, options);
  return {
    name: 'cloudformation',
    operations: {
      CreateChangeSet: createChangeSet(control),
      CreateStack: createStack(control),
      DeleteChangeSet: deleteChangeSet(control),
      DeleteStack: deleteStack(control),
      DescribeChangeSet: describeChangeSet(control),
      DescribeStackEvents: describeStackEvents(control),
      DescribeStackResource: describeStackResource(control),
      DescribeStackResources: describeStackResources(control),
      DescribeStacks: describeStacks(control),
      ExecuteChangeSet: executeChangeSet(control),
      GetTemplate: getTemplate(control),
      GetTemplateSummary: getTemplateSummary(control),
      ListChangeSets: listChangeSets(control),
      ListExports: listExports(control),
      ListImports: listImports(control),
      ListStackResources: listStackResources(control),
      ListStacks: listStacks(control),
      UpdateStack: updateStack(control),
      UpdateTerminationProtection: updateTerminationProtection(control),
      ValidateTemplate: validateTemplate(),
    },
    resources: cloudFormationResources,
    async reset() {
      await control.background.stop();
      forgetAllEvents(control);
    },
    close: () => control.background.stop(),
  };
}
