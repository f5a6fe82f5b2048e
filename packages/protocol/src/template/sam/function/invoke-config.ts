// EventInvokeConfig of a serverless function: retries and destinations of asynchronous invocations. A destination of
// type SQS or SNS without an ARN makes a queue or a topic; other destinations name theirs.
import { asIntrinsic, isList, isMap, isNoValue, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, hashOf, knownText, pick, report, type Serverless } from '../assembly.ts';
import { pythonText } from '../python-text.ts';
import type { RoleNeeds } from '../role.ts';

/** What the function's role has to be allowed, by the destination's type. */
const STATEMENTS: Readonly<Record<string, (arn: Value) => ValueMap[]>> = {
  SQS: (arn) => [{ Action: 'sqs:SendMessage', Effect: 'Allow', Resource: arn }],
  SNS: (arn) => [{ Action: 'sns:publish', Effect: 'Allow', Resource: arn }],
  EventBridge: (arn) => [{ Action: 'events:PutEvents', Effect: 'Allow', Resource: arn }],
  Lambda: (arn) => [{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: arn }],
  S3Bucket: (arn) => [
    { Action: 's3:PutObject', Effect: 'Allow', Resource: { 'Fn::Join': ['/', [arn, '*']] } },
    { Action: 's3:ListBucket', Effect: 'Allow', Resource: arn },
  ],
};

/** What is made for a destination that names none: its type, the ending of its id, how its ARN is had. */
const MADE: Readonly<Record<string, readonly [string, string, (id: string) => Value]>> = {
  SQS: ['AWS::SQS::Queue', 'Queue', (id) => ({ 'Fn::GetAtt': [id, 'Arn'] })],
  SNS: ['AWS::SNS::Topic', 'Topic', (id) => ({ Ref: id })],
};

export function addInvokeConfig(assembly: Assembly, serverless: Serverless, needs: RoleNeeds): void {
  const { logicalId, properties } = serverless;
  const config = properties['EventInvokeConfig'];
  if (!isMap(config)) return;
  const id = `${logicalId}EventInvokeConfig`;
  const alias = knownText(properties['AutoPublishAlias'], assembly);
  const given = config['DestinationConfig'];
  if (given !== undefined && !isMap(given)) {
    const message = "Property 'EventInvokeConfig.DestinationConfig' should be a map.";
    report(assembly, serverless, { message, at: config, member: 'DestinationConfig' });
  }
  const destinations = isMap(given) ? given : undefined;
  const made: Record<string, Value> = {};
  for (const when of ['OnSuccess', 'OnFailure']) {
    const destination = destinations?.[when];
    if (destination === undefined) continue;
    const arn = destinationOf(assembly, serverless, { id, when, destination, needs });
    if (arn !== undefined) made[when] = { Destination: arn };
  }
  const aliasId = assembly.references.get(`${logicalId}.Alias`);
  const invokeConfig = {
    FunctionName: { Ref: logicalId },
    Qualifier: alias ?? '$LATEST',
    ...pick(config, ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts']),
    DestinationConfig: made,
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

interface Asked {
  /** Of the EventInvokeConfig. */
  readonly id: string;
  readonly when: string;
  readonly destination: Value;
  readonly needs: RoleNeeds;
}

function destinationOf(assembly: Assembly, serverless: Serverless, asked: Asked): Value | undefined {
  const { id, when, destination, needs } = asked;
  const refuse = (message: string) => {
    report(assembly, serverless, { message, at: destination });
    return undefined;
  };
  const path = `EventInvokeConfig.DestinationConfig.${when}`;
  if (!isMap(destination)) return refuse(`Property '${path}' should be a map.`);
  const type = pythonText(destination['Type']);
  const statements = Object.hasOwn(STATEMENTS, type) ? STATEMENTS[type] : undefined;
  if (!statements) {
    const types = "['SQS', 'SNS', 'EventBridge', 'Lambda', 'S3Bucket']";
    return refuse(`'Type: ${type}' must be one of ${types}`);
  }
  const given = destination['Destination'];
  const intrinsic = given === undefined ? undefined : asIntrinsic(given);
  if (intrinsic?.name === 'Fn::If' && !(isList(intrinsic.argument) && intrinsic.argument.length === 3)) {
    const message = "Malformed 'Destination' property: Fn::If requires 3 arguments.";
    report(assembly, { ...serverless, logicalId: id }, { message, at: destination });
    return undefined;
  }
  const choice = given === undefined ? undefined : choiceOf(assembly, given, id);
  let arn = given;
  if (given === undefined || choice) {
    const made = MADE[type];
    if (!made) return refuse("Destination is required if Type is not ['SQS', 'SNS']");
    const [plainType, ending, arnOf] = made;
    const madeId = `${id}${when}${ending}`;
    const condition = choice && bothOf(assembly, serverless, choice.condition);
    const resource = { Type: plainType, ...(condition && { Condition: condition }), Properties: {} };
    addResource(assembly, madeId, resource, serverless);
    assembly.references.set(`${serverless.logicalId}.Destination${ending}`, madeId);
    arn = choice ? { 'Fn::If': [choice.condition, arnOf(madeId), choice.otherwise] } : arnOf(madeId);
  }
  if (arn === undefined) return undefined;
  const name = type === 'S3Bucket' ? 'S3' : type;
  needs.inline.push({ PolicyName: `${id}${when}${name}Policy`, PolicyDocument: { Statement: statements(arn) } });
  return arn;
}

/** `Destination: !If [C, arn, NoValue]`: under which condition SAM makes one, and the ARN that stands otherwise. */
function choiceOf(
  { conditions, sha1 }: Assembly,
  given: Value,
  id: string,
): { readonly condition: string; readonly otherwise: Value } | undefined {
  const intrinsic = asIntrinsic(given);
  const [name, yes, no] = intrinsic?.name === 'Fn::If' && isList(intrinsic.argument) ? intrinsic.argument : [undefined];
  if (typeof name !== 'string' || yes === undefined || no === undefined) return undefined;
  if (isNoValue(yes)) return isNoValue(no) ? undefined : { condition: name, otherwise: no };
  if (!isNoValue(no)) return undefined;
  const condition = `NOT${name}${sha1(id).slice(0, 10)}`;
  conditions[condition] = { 'Fn::Not': [{ Condition: name }] };
  return { condition, otherwise: yes };
}

/** The name of a condition that holds when the function's own and another do. */
function bothOf(assembly: Assembly, { declared, logicalId }: Serverless, condition: string): string {
  const own = declared['Condition'];
  if (typeof own !== 'string') return condition;
  const name = `${own}AND${condition}${hashOf(logicalId, assembly)}`;
  assembly.conditions[name] = { 'Fn::And': [{ Condition: own }, { Condition: condition }] };
  return name;
}
