// Operations of Step Functions that integrations of REST APIs call (`…:states:action/StartExecution`).

const ACTIONS = [
  ...(['StartExecution', 'StartSyncExecution', 'StopExecution', 'DescribeExecution', 'ListExecutions'] as const),
  ...(['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'] as const),
];

export type ActionName = (typeof ACTIONS)[number];

/** The operation that a URI names; a region may be a variable that nobody filled in. `undefined`: none of these. */
export function parseActionUri(uri: string): ActionName | undefined {
  const [, name] = /^arn:[^:]+:apigateway:(?:\$\{[^}]*\}|[^:]*):states:action\/(\w+)$/.exec(uri) ?? [];
  return ACTIONS.find((action) => action === name);
}
