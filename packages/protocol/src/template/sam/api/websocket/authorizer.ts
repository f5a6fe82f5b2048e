// `Auth` of AWS::Serverless::WebSocketApi: who may connect.
import { scalarText, type ValueMap } from '../../../value.ts';
import { type Assembly, addResource, pick, report, type Serverless } from '../../assembly.ts';

/** What the route `$connect` says of its authorization. */
export function connectAuth(logicalId: string, auth: ValueMap): ValueMap {
  const type = scalarText(auth['AuthType']);
  if (type === undefined) return {};
  if (type !== 'CUSTOM') return { AuthorizationType: type === 'AWS_IAM' ? type : 'NONE' };
  return { AuthorizationType: type, AuthorizerId: { Ref: `${logicalId}ConnectAuthorizer` } };
}

/** The authorizer of a function, and the permission to call it unless a role has it. */
export function addAuthorizer(assembly: Assembly, serverless: Serverless, auth: ValueMap): void {
  const { logicalId } = serverless;
  if (!isPossible(assembly, serverless, auth)) return;
  const { AuthType: type, AuthArn: fn = '', InvokeRole: role, Name: name } = auth;
  if (type !== 'CUSTOM') return;
  const id = `${logicalId}ConnectAuthorizer`;
  const Properties = {
    ApiId: { Ref: logicalId },
    AuthorizerType: 'REQUEST',
    AuthorizerUri: {
      'Fn::Sub': [
        'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AuthArn}/invocations',
        { AuthArn: fn },
      ],
    },
    ...(role !== undefined && { AuthorizerCredentialsArn: role }),
    ...pick(auth, ['IdentitySource']),
    Name: name ?? id,
  };
  addResource(assembly, id, { Type: 'AWS::ApiGatewayV2::Authorizer', Properties }, serverless);
  if (role !== undefined) return;
  const text = 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*';
  const permission = {
    Action: 'lambda:InvokeFunction',
    FunctionName: fn,
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Sub': [text, { __ApiId__: { Ref: logicalId } }] },
  };
  const resource = { Type: 'AWS::Lambda::Permission', Properties: permission };
  addResource(assembly, `${logicalId}AuthorizerPermission`, resource, serverless);
}

function isPossible(assembly: Assembly, serverless: Serverless, auth: ValueMap): boolean {
  const type = scalarText(auth['AuthType'])?.toUpperCase();
  const refuse = (message: string) => {
    report(assembly, serverless, { message, at: auth });
    return false;
  };
  if (type === undefined) return refuse('AuthType must be specified for additional auth configurations.');
  if (!['NONE', 'AWS_IAM', 'CUSTOM'].includes(type)) return refuse('AuthType is not one of AWS_IAM, CUSTOM or NONE.');
  if (type === 'CUSTOM') {
    return auth['AuthArn'] !== undefined || refuse('AuthArn must be specified if AuthType is CUSTOM.');
  }
  if (Object.keys(auth).length === 1) return true;
  return refuse(`No additional configurations supported for AuthType ${type}.`);
}
