// Subtypes of HTTP API integrations that are served, and the parameters that each of them takes. Source: API Gateway
// developer guide, "Integration subtype reference".

export type ServiceSubtype = 'EventBridge-PutEvents' | 'SQS-SendMessage' | `StepFunctions-${ExecutionCall}`;

/** Operations of Step Functions that integrations call. */
export type ExecutionCall = 'StartExecution' | 'StartSyncExecution' | 'StopExecution';

interface SubtypeParameters {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const PARAMETERS: Readonly<Record<ServiceSubtype, SubtypeParameters>> = {
  'EventBridge-PutEvents': {
    required: ['Detail', 'DetailType', 'Source'],
    optional: ['Time', 'EventBusName', 'Resources', 'Region', 'TraceHeader'],
  },
  'SQS-SendMessage': {
    required: ['QueueUrl', 'MessageBody'],
    optional: [
      ...['DelaySeconds', 'MessageAttributes', 'MessageDeduplicationId', 'MessageGroupId', 'MessageSystemAttributes'],
      'Region',
    ],
  },
  'StepFunctions-StartExecution': { required: ['StateMachineArn'], optional: ['Name', 'Input', 'Region'] },
  'StepFunctions-StartSyncExecution': {
    required: ['StateMachineArn'],
    optional: ['Name', 'Input', 'Region', 'TraceHeader'],
  },
  'StepFunctions-StopExecution': { required: ['ExecutionArn'], optional: ['Cause', 'Error', 'Region'] },
};

export function isServedSubtype(subtype: string | undefined): subtype is ServiceSubtype {
  return subtype !== undefined && Object.hasOwn(PARAMETERS, subtype);
}

/** What is wrong with the names of the parameters; `undefined` when nothing is. */
export function findParameterProblem(
  subtype: ServiceSubtype,
  parameters: Readonly<Record<string, string>>,
): string | undefined {
  const { required, optional } = PARAMETERS[subtype];
  const missing = required.find((name) => !Object.hasOwn(parameters, name));
  if (missing !== undefined) return `${subtype} requires the parameter ${missing}`;
  const known = [...required, ...optional];
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : `${subtype} has no parameter ${unknown}; it has ${known.join(', ')}`;
}
