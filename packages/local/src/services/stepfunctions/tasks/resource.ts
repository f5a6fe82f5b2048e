// The Resource of a Task: what it names, and whether AWS knows it.
//
//   arn:aws:lambda:eu-west-1:123456789012:function:charge         a function, its payload raw
//   arn:aws:states:eu-west-1:123456789012:activity:pack           an activity: workers poll for it
//   arn:aws:states:::sqs:sendMessage.waitForTaskToken             an optimized integration and its pattern
//   arn:aws:states:::aws-sdk:secretsmanager:getSecretValue        any operation of an SDK
import { parseArn } from '@earwitness/protocol/internal/aws/arn';

export type TaskResource =
  | { readonly kind: 'function'; readonly arn: string }
  | { readonly kind: 'activity'; readonly arn: string }
  | {
      readonly kind: 'optimized' | 'sdk';
      /** `sqs`, `secretsmanager` */
      readonly service: string;
      /** `sendMessage` */
      readonly action: string;
      readonly pattern: Pattern;
    };

export type Pattern = 'request' | 'sync' | 'sync:2' | 'token';

/** `undefined`: it is none that Step Functions has. */
export function parseResource(text: string): TaskResource | undefined {
  const arn = parseArn(text);
  if (arn?.service === 'lambda' && arn.resource.startsWith('function:')) return { kind: 'function', arn: text };
  if (arn?.service !== 'states') return undefined;
  if (arn.region !== '') return arn.resource.startsWith('activity:') ? { kind: 'activity', arn: text } : undefined;
  const [, sdk, service = '', action = '', suffix] =
    /^(aws-sdk:)?([a-z0-9-]+):([A-Za-z0-9]+)(?:\.(sync|sync:2|waitForTaskToken))?$/.exec(arn.resource) ?? [];
  if (action === '') return undefined;
  const pattern = suffix === undefined ? 'request' : suffix === 'waitForTaskToken' ? 'token' : parseSync(suffix);
  const kind = sdk === undefined ? 'optimized' : 'sdk';
  // An SDK's operation has no job that could be waited for.
  if (kind === 'sdk' && (pattern === 'sync' || pattern === 'sync:2')) return undefined;
  return { kind, service, action, pattern };
}

function parseSync(suffix: string): Pattern {
  return suffix === 'sync:2' ? 'sync:2' : 'sync';
}

/** Patterns in a word: request, sync, `.sync:2`, token. */
const R = ['request'] as const;
const RT = ['request', 'token'] as const;
const RS = ['request', 'sync'] as const;
const RST = ['request', 'sync', 'token'] as const;

/**
 * Every optimized integration of AWS, with its patterns.
 * Source: Step Functions developer guide, "Integrating optimized services", read 2026-11-28.
 */
const OPTIMIZED: Readonly<Record<string, Readonly<Record<string, readonly Pattern[]>>>> = {
  apigateway: { invoke: RT },
  athena: { startQueryExecution: RS, stopQueryExecution: R, getQueryExecution: R, getQueryResults: R },
  batch: { submitJob: RS },
  bedrock: { invokeModel: RT, createModelCustomizationJob: RS },
  codebuild: {
    ...{ startBuild: RS, stopBuild: R, batchDeleteBuilds: R, batchGetReports: R },
    ...{ startBuildBatch: RS, stopBuildBatch: R, retryBuildBatch: RS, deleteBuildBatch: R },
  },
  databrew: { startJobRun: RS },
  dynamodb: { getItem: R, putItem: R, updateItem: R, deleteItem: R },
  ecs: { runTask: RST },
  eks: {
    ...{ createCluster: RS, createNodegroup: RS, deleteCluster: RS, deleteNodegroup: RS },
    ...{ createAddon: R, deleteAddon: R, call: R, runJob: RS },
  },
  elasticmapreduce: {
    ...{ createCluster: RS, setClusterTerminationProtection: R, terminateCluster: RS, addStep: RS, cancelStep: R },
    ...{ modifyInstanceFleetByName: R, modifyInstanceGroupByName: R },
  },
  'emr-containers': {
    ...{ createVirtualCluster: R, deleteVirtualCluster: RS, startJobRun: RS },
    ...{ createManagedEndpoint: R, deleteManagedEndpoint: R },
  },
  'emr-serverless': {
    ...{ createApplication: RS, startApplication: RS, stopApplication: RS, deleteApplication: RS },
    ...{ startJobRun: RS, cancelJobRun: RS },
  },
  events: { putEvents: RT },
  glue: { startJobRun: RS },
  http: { invoke: R },
  lambda: { invoke: RT },
  mediaconvert: { createJob: RS },
  sagemaker: {
    ...{ createEndpoint: R, createEndpointConfig: R, createHyperParameterTuningJob: RS, createLabelingJob: RS },
    ...{ createModel: R, createProcessingJob: RS, createTrainingJob: RS, createTransformJob: RS, updateEndpoint: R },
  },
  sns: { publish: RT },
  sqs: { sendMessage: RT },
  states: { startExecution: ['request', 'sync', 'sync:2', 'token'] },
};

/** Whether AWS has this optimized integration with this pattern. */
export function isOptimized({ service, action, pattern }: Extract<TaskResource, { service: string }>): boolean {
  const actions = Object.hasOwn(OPTIMIZED, service) ? OPTIMIZED[service] : undefined;
  const patterns = actions && Object.hasOwn(actions, action) ? actions[action] : undefined;
  return patterns?.includes(pattern) ?? false;
}
