// Methods and routes that ask for a signature (AWS_IAM). Sources: API Gateway developer guide, "Control access to a
// REST API with IAM permissions", "Control access to HTTP APIs with IAM authorization", "Gateway response types";
// events: types of @types/aws-lambda; SAM developer guide, ApiAuth (DefaultAuthorizer: AWS_IAM, InvokeRole) and
// HttpApiAuth.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../../local.ts';

const KIM = '111122223333';

let local: Local;
let rest: string;
let http: string;
beforeAll(async () => {
  local = await startLocal();
  const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Rest: { Type: AWS::Serverless::Api, Properties: { StageName: prod, Auth: { DefaultAuthorizer: AWS_IAM } } }
  Http: { Type: AWS::Serverless::HttpApi, Properties: { Auth: { EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM } } }
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: 'exports.handler = async ({ requestContext: { identity, authorizer } }) => ({ statusCode: 200, body: JSON.stringify(identity ?? authorizer) });'
      Events:
        Rest: { Type: Api, Properties: { RestApiId: !Ref Rest, Path: /orders, Method: get } }
        Http: { Type: HttpApi, Properties: { ApiId: !Ref Http, Path: /orders, Method: get } }
  Worker:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: Allow, Principal: { AWS: !Ref AWS::AccountId }, Action: sts:AssumeRole }] }
Outputs:
  Rest: { Value: !Sub 'https://\${Rest}.execute-api.\${AWS::Region}.amazonaws.com/prod' }
  Http: { Value: !GetAtt Http.ApiEndpoint }
`;
  const { wrong, standsIn } = await local.assess({ name: 'iam', template });
  expect({ wrong, standsIn }).toEqual({ wrong: [], standsIn: [] });
  const outputs = await local.deploy({ name: 'iam', template });
  [rest, http] = [`${outputs['Rest']}/orders`, `${outputs['Http']}/orders`];
});
afterAll(() => local.close());

const region = 'us-east-1';

/** As a signer of an SDK writes it. */
function signedBy(key: string, scope = `${region}/execute-api`) {
  const credential = `Credential=${key}/20261130/${scope}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host;x-amz-date, Signature=00` };
}

async function ends(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers });
  return [response.status, response.headers.get('x-amzn-errortype'), (await response.json()) as unknown];
}

const FORBIDDEN = [403, null, { message: 'Forbidden' }];

describe('a signed request', () => {
  test('comes in, and functions see who signed', async () => {
    const root = `arn:aws:iam::${KIM}:root`;
    const [, , identity] = await ends(rest, signedBy(KIM));
    expect(identity).toMatchObject({ accessKey: KIM, accountId: KIM, caller: KIM, user: KIM, userArn: root });
    const [, , authorizer] = await ends(http, signedBy(KIM));
    expect(authorizer).toEqual({
      iam: {
        ...{ accessKey: KIM, accountId: KIM, callerId: KIM, userId: KIM, userArn: root },
        ...{ cognitoIdentity: null, principalOrgId: null },
      },
    });
  });

  test('may bear its signature in the query', async () => {
    const scope = encodeURIComponent(`${KIM}/20261130/${region}/execute-api/aws4_request`);
    expect((await fetch(`${rest}?X-Amz-Credential=${scope}&X-Amz-Signature=00`)).status).toBe(200);
  });

  test('for another service or region is refused', async () => {
    const type = 'InvalidSignatureException';
    expect(await ends(rest, signedBy(KIM, `${region}/lambda`))).toEqual([
      ...[403, type],
      { message: "Credential should be scoped to correct service: 'execute-api'. " },
    ]);
    expect(await ends(rest, signedBy(KIM, 'eu-west-3/execute-api'))).toEqual([
      ...[403, type],
      { message: 'Credential should be scoped to a valid region. ' },
    ]);
    expect(await ends(http, signedBy(KIM, 'eu-west-3/execute-api'))).toEqual(FORBIDDEN);
  });
});

test('a request that is not signed is refused', async () => {
  const missing = { message: 'Missing Authentication Token' };
  expect(await ends(rest)).toEqual([403, 'MissingAuthenticationTokenException', missing]);
  expect(await ends(http)).toEqual(FORBIDDEN);
  const reasons = local.journal.read().flatMap((fact) => (fact.kind === 'request.answered' ? [fact.reason] : []));
  expect(reasons.at(-1)).toBe('the request is not signed (AWS_IAM)');
});

test('a role is held to its policies, and its session has an end', async () => {
  const { dispatch, clock } = local.cloud;
  const account = '000000000000';
  const call = { account, region, principal: { kind: 'account', arn: `arn:aws:iam::${account}:root` } } as const;
  const RoleArn = `arn:aws:iam::${account}:role/worker`;
  const { Credentials } = await dispatch.call('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'test' }, call);
  const headers = signedBy(String(Credentials?.AccessKeyId));
  const session = `arn:aws:sts::${account}:assumed-role/worker/test`;
  const [status, type, said] = await ends(rest, headers);
  expect([status, type]).toEqual([403, 'AccessDeniedException']);
  expect((said as { Message: string }).Message.replace(/\*0000:\w+/, '*0000:API')).toBe(
    `User: ${session} is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:${region}:********0000:API/prod/GET/orders because no identity-based policy allows the execute-api:Invoke action`,
  );
  expect(await ends(http, headers)).toEqual(FORBIDDEN);
  const statement = { Effect: 'Allow', Action: ['execute-api:Invoke', 'lambda:InvokeFunction'], Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await dispatch.call('iam', 'PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument }, call);
  const [, , identity] = await ends(rest, headers);
  expect(identity).toMatchObject({ accountId: account, userArn: session, user: expect.stringMatching(/:test$/) });
  await clock.advance(3_600_000);
  expect(await ends(rest, headers)).toEqual([
    ...[403, 'ExpiredTokenException'],
    { message: 'The security token included in the request is expired' },
  ]);
});
