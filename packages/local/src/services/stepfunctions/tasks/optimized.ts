// Every optimized integration that AWS has.
import type { Integration, Pattern } from '@earwitness/protocol/internal/states-language/resource';

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
export function isOptimized({ service, action, pattern }: Integration): boolean {
  const actions = Object.hasOwn(OPTIMIZED, service) ? OPTIMIZED[service] : undefined;
  const patterns = actions && Object.hasOwn(actions, action) ? actions[action] : undefined;
  return patterns?.includes(pattern) ?? false;
}
