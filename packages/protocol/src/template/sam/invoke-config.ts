// EventInvokeConfig of a serverless function: retries and destinations of asynchronous invocations. A destination of
// type SQS without an ARN makes a queue; other destinations name theirs.
import { isMap, type Value, type ValueMap } from '../value.ts';
import { type Assembly, addResource, knownText, pick, report, type Serverless } from './assembly.ts';
import type { RoleNeeds } from './role.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  SQS: 'sqs:SendMessage',
  SNS: 'sns:Publish',
  Lambda: 'lambda:InvokeFunction',
  EventBridge: 'events:PutEvents',
};

export function addInvokeConfig(assembly: Assembly, serverless: Serverless, needs: RoleNeeds): void {
  const { logicalId, properties } = serverless;
  const config = properties['EventInvokeConfig'];
  if (!isMap(config)) return;
  const id = `${logicalId}EventInvokeConfig`;
  const alias = knownText(properties['AutoPublishAlias'], assembly);
  const destinations = isMap(config['DestinationConfig']) ? config['DestinationConfig'] : {};
  const made: Record<string, Value> = {};
  for (const when of ['OnSuccess', 'OnFailure']) {
    const destination = destinations[when];
    if (destination === undefined) continue;
    const arn = destinationOf(assembly, serverless, { id: `${id}${when}`, destination, needs });
    if (arn !== undefined) made[when] = { Destination: arn };
  }
  const aliasId = assembly.references.get(`${logicalId}.Alias`);
  const invokeConfig = {
    FunctionName: { Ref: logicalId },
    Qualifier: alias ?? '$LATEST',
    ...pick(config, ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts']),
    ...(Object.keys(made).length > 0 && { DestinationConfig: made }),
  };
  addResource(
    assembly,
    id,
    {
      Type: 'AWS::Lambda::EventInvokeConfig',
      ...(aliasId !== undefined && { DependsOn: [aliasId] }),
      Properties: assembly.source.derive(invokeConfig, config),
    },
    serverless,
  );
}

function destinationOf(
  assembly: Assembly,
  serverless: Serverless,
  at: { readonly id: string; readonly destination: Value; readonly needs: RoleNeeds },
): Value | undefined {
  const { id, destination, needs } = at;
  const type = isMap(destination) ? String(destination['Type']) : '';
  const action = ACTIONS[type];
  let arn = isMap(destination) ? destination['Destination'] : undefined;
  if (!isMap(destination) || action === undefined || (arn === undefined && type !== 'SQS')) {
    const message = `Earwitness does not serve a destination of type '${type}' without an ARN in EventInvokeConfig`;
    report(assembly, serverless, { message, at: destination });
    return undefined;
  }
  if (arn === undefined) {
    const queue: ValueMap = { Type: 'AWS::SQS::Queue', Properties: {} };
    addResource(assembly, `${id}Queue`, queue, serverless);
    arn = { 'Fn::GetAtt': [`${id}Queue`, 'Arn'] };
  }
  needs.inline.push({
    PolicyName: `${id}${type}Policy`,
    PolicyDocument: { Statement: [{ Action: action, Effect: 'Allow', Resource: arn }] },
  });
  return arn;
}
