// One end of a connection: a resource of the template by its id, or one from elsewhere by its properties.
import { asIntrinsic, isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, report, type Serverless } from '../assembly.ts';

export interface End {
  readonly type: string;
  readonly logicalId?: string;
  readonly arn?: Value;
  readonly roleName?: Value;
  readonly queueUrl?: Value;
  readonly resourceId?: Value;
  readonly name?: Value;
  readonly qualifier?: Value;
}

/** Types whose `Ref` is their ARN. */
const ARN_IS_REF = [
  ...['AWS::StepFunctions::StateMachine', 'AWS::AppSync::GraphQLApi', 'AWS::AppSync::DataSource', 'AWS::SNS::Topic'],
];

/** The property that names the role as which a resource acts. */
const ROLES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'Role',
  'AWS::StepFunctions::StateMachine': 'RoleArn',
  'AWS::AppSync::DataSource': 'ServiceRoleArn',
};

/** Profiles know the types of CloudFormation. */
const PLAIN_TYPES: Readonly<Record<string, string>> = {
  'AWS::Serverless::Api': 'AWS::ApiGateway::RestApi',
  'AWS::Serverless::Function': 'AWS::Lambda::Function',
  'AWS::Serverless::HttpApi': 'AWS::ApiGatewayV2::Api',
  'AWS::Serverless::SimpleTable': 'AWS::DynamoDB::Table',
  'AWS::Serverless::StateMachine': 'AWS::StepFunctions::StateMachine',
};

/** An end as it is declared, beside the other one; undefined, and reported, when it cannot be read. */
export function endOf(
  value: Value | undefined,
  other: Value | undefined,
  { assembly, connector }: { readonly assembly: Assembly; readonly connector: Serverless },
): End | undefined {
  const refuse = (message: string) => {
    report(assembly, connector, { message });
    return undefined;
  };
  const { Id: id, Qualifier: qualifier, ...members } = isMap(value) ? value : {};
  if ((id === undefined) === (Object.keys(members).length === 0)) {
    return refuse("Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.");
  }
  if (id === undefined) {
    const type = members['Type'];
    if (typeof type !== 'string') return refuse("'Type' is missing or not a string.");
    return givenEnd((Object.hasOwn(PLAIN_TYPES, type) && PLAIN_TYPES[type]) || type, isMap(value) ? value : {});
  }
  if (typeof id !== 'string') return refuse("'Id' is missing or not a string.");
  const resource = assembly.resources.get(id);
  if (!resource) return refuse(`Unable to find resource with logical ID '${id}'.`);
  const { Type: type } = resource;
  if (typeof type !== 'string') return refuse("'Type' is missing or not a string.");
  const role = roleOf(type, isMap(resource['Properties']) ? resource['Properties'] : {}, isMap(other) ? other : {});
  const ref = { Ref: id };
  return {
    type,
    logicalId: id,
    arn: ARN_IS_REF.includes(type) ? ref : { 'Fn::GetAtt': [id, 'Arn'] },
    ...(role !== undefined && { roleName: { Ref: role } }),
    ...(type === 'AWS::SQS::Queue' && { queueUrl: ref }),
    ...(type === 'AWS::StepFunctions::StateMachine' && { name: { 'Fn::GetAtt': [id, 'Name'] } }),
    ...(type === 'AWS::AppSync::GraphQLApi' && { resourceId: { 'Fn::GetAtt': [id, 'ApiId'] } }),
    // By default, all routes of an API.
    ...(type.startsWith('AWS::ApiGateway') && { resourceId: ref, qualifier: '*' }),
    ...(qualifier !== undefined && { qualifier }),
  };
}

function givenEnd(type: string, value: ValueMap): End {
  const names = { arn: 'Arn', roleName: 'RoleName', queueUrl: 'QueueUrl', resourceId: 'ResourceId', name: 'Name' };
  const given = Object.entries({ ...names, qualifier: 'Qualifier' }).flatMap(([name, member]) => {
    const own = value[member];
    return own === undefined ? [] : [[name, own] as const];
  });
  return { type, ...Object.fromEntries(given) };
}

/** The logical id of the role as which a resource acts, or as which a rule reaches the other end. */
function roleOf(type: string, properties: ValueMap, other: ValueMap): string | undefined {
  const member = ROLES[type];
  if (member !== undefined) return referred(properties[member]);
  if (type !== 'AWS::Events::Rule' || !isList(properties['Targets'])) return undefined;
  const target = properties['Targets'].find((one) => isMap(one) && isSame(one['Arn'], other));
  return isMap(target) ? referred(target['RoleArn']) : undefined;
}

function isSame(arn: Value | undefined, { Id: id, Arn: given }: ValueMap): boolean {
  const meant = referred(arn);
  if (meant !== undefined && meant === id) return true;
  return given !== undefined && JSON.stringify(arn) === JSON.stringify(given);
}

/** The logical id that `Ref` or `Fn::GetAtt` names. */
export function referred(value: Value | undefined): string | undefined {
  const intrinsic = value === undefined ? undefined : asIntrinsic(value);
  if (intrinsic?.name === 'Ref') return scalarText(intrinsic.argument);
  if (intrinsic?.name !== 'Fn::GetAtt') return undefined;
  const { argument } = intrinsic;
  return isList(argument) ? scalarText(argument[0]) : scalarText(argument)?.split('.')[0];
}
