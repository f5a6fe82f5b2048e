// Authorizers of REST APIs over real HTTP: from an OpenAPI document as SAM writes it, and piece by piece. Sources,
// where a test names none: API Gateway developer guide, "Use API Gateway Lambda authorizers", with "Input to" and
// "Output from an API Gateway Lambda authorizer".
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../local.ts';
import { as, call, operation, startTestApis, type TestApis, uriOf } from '../test-api.ts';

let local: Local;
let apis: TestApis;
let gate: string;

/**
 * Answers what the caller's `Authorization` says in JSON, with `effect` for the method that is called, or fails with
 * its text. What it was asked goes into the context; its name is `gate`.
 */
const GATE = `exports.handler = async (event) => {
  const said = event.authorizationToken ?? event.headers.Authorization ?? '{}';
  if (!said.startsWith('{')) throw new Error(said);
  const { effect = 'Allow', resource = event.methodArn, ...answer } = JSON.parse(said);
  const statement = { Effect: effect, Action: 'execute-api:Invoke', Resource: resource };
  return {
    principalId: 'kim',
    policyDocument: { Version: '2012-10-17', Statement: [statement] },
    context: { asked: JSON.stringify(event), count: 7, isNew: true, none: null },
    ...answer,
  };
};`;

beforeAll(async () => {
  apis = await startTestApis();
  local = apis.local;
  gate = await apis.createFunction('gate', GATE);
});
afterAll(() => local.close());

/** Security definitions of one authorizer, as SAM writes them. */
const guardedBy = (authorizer: object, name = 'Authorization') => ({
  securityDefinitions: {
    Gate: {
      ...{ type: 'apiKey', name, in: 'header', 'x-amazon-apigateway-authtype': 'custom' },
      'x-amazon-apigateway-authorizer': { authorizerUri: uriOf(gate), ...authorizer },
    },
  },
});
const guarded = { ...operation, security: [{ Gate: [] }] };
const TOKEN = { type: 'token', authorizerResultTtlInSeconds: 0 };

const answered = async (response: Response) => [
  response.status,
  await response.text(),
  response.headers.get('x-amzn-errortype'),
];
const authorizerIn = async (response: Response) => {
  const event = (await response.json()) as { requestContext: { authorizer: Record<string, unknown> } };
  return event.requestContext.authorizer;
};
const askedIn = async (response: Response) => JSON.parse(String((await authorizerIn(response))['asked'])) as object;

describe('a TOKEN authorizer', () => {
  test('gets the token and the ARN of the method that is called', async () => {
    const { url, id } = await apis.deploy({ '/orders/{id}': { get: guarded } }, guardedBy(TOKEN));
    expect(await askedIn(await fetch(`${url}/orders/7?a=1`, as({})))).toEqual({
      type: 'TOKEN',
      methodArn: `arn:aws:execute-api:eu-west-1:000000000000:${id}/Prod/GET/orders/7`,
      authorizationToken: '{}',
    });
  });

  // Also: types of @types/aws-lambda, APIGatewayEventLambdaAuthorizerContext.
  test('hands on its principal and its context, values as text', async () => {
    const { url } = await apis.deploy({ '/': { get: guarded } }, guardedBy(TOKEN));
    expect(await authorizerIn(await fetch(url, as({})))).toEqual({
      principalId: 'kim',
      asked: expect.any(String),
      count: '7',
      isNew: 'true',
      none: null,
      integrationLatency: expect.any(Number),
    });
  });

  test('is not asked without a token, or by one that does not fit: 401', async () => {
    const { url } = await apis.deploy(
      { '/': { get: guarded } },
      guardedBy({ ...TOKEN, identityValidationExpression: 'Bearer [a-z]+' }),
    );
    const before = apis.invocations('gate');
    const unauthorized = [401, '{"message":"Unauthorized"}', 'UnauthorizedException'];
    expect(await answered(await fetch(url))).toEqual(unauthorized);
    expect(apis.lastReason()).toBe(
      'the authorizer Gate was not asked: the request has no $request.header.Authorization',
    );
    expect(await answered(await fetch(url, as('Bearer 123')))).toEqual(unauthorized);
    expect(apis.lastReason()).toBe(
      'the authorizer Gate was not asked: $request.header.Authorization does not match Bearer [a-z]+',
    );
    expect(apis.invocations('gate')).toBe(before);
  });

  // Sentences, header and `Message`: what AWS sent in 2025 and 2026, see refusal.ts.
  test('refuses by its policy: 403, in one sentence for a Deny and in another one for no Allow', async () => {
    const { url, id } = await apis.deploy({ '/a': { get: guarded } }, guardedBy(TOKEN));
    expect(await answered(await fetch(`${url}/a`, as({ effect: 'Deny' })))).toEqual([
      403,
      '{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}',
      'AccessDeniedException',
    ]);
    const arn = `arn:aws:execute-api:eu-west-1:000000000000:${id}/Prod`;
    expect(apis.lastReason()).toBe(
      `the authorizer Gate refused: a statement of its policy denies execute-api:Invoke on ${arn}/GET/a`,
    );
    expect(await answered(await fetch(`${url}/a`, as({ resource: `${arn}/GET/b` })))).toEqual([
      403,
      '{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}',
      'AccessDeniedException',
    ]);
    expect((await fetch(`${url}/a`, as({ resource: `${arn}/*/a` }))).status).toBe(200);
  });

  test("refuses with 401 when its function throws 'Unauthorized'", async () => {
    const { url } = await apis.deploy({ '/': { get: guarded } }, guardedBy(TOKEN));
    expect(await answered(await fetch(url, as('Unauthorized')))).toEqual([
      401,
      '{"message":"Unauthorized"}',
      'UnauthorizedException',
    ]);
    expect(apis.lastReason()).toBe("the authorizer Gate refused: its function threw 'Unauthorized'");
  });

  // Source: auth0-samples jwt-rsa-aws-custom-authorizer pull request 6, serverless examples issue 305.
  test.each([
    ['boom', 'its function failed: Error: boom'],
    [{ policyDocument: null }, 'its policyDocument is null, not an object'],
    [{ policyDocument: 'all' }, 'its policyDocument is text, not an object'],
    [{ policyDocument: { Statement: [{ Effect: 'Maybe' }] } }, "A Statement's Effect is not Allow or Deny."],
    [{ principalId: null }, 'its principalId is null, not text'],
    [{ principalId: 7 }, 'its principalId is a number, not text'],
    // "you can't set a JSON object or array as a valid value of any key in the context map"
    [{ context: { roles: ['a'] } }, 'its context.roles is a list: a value is text, a number or a boolean'],
  ])('fails, and lets nobody in, when it says %j: 500', async (says, why) => {
    const { url } = await apis.deploy({ '/': { get: guarded } }, guardedBy(TOKEN));
    expect(await answered(await fetch(url, as(says)))).toEqual([
      500,
      '{"message":null}',
      'AuthorizerConfigurationException',
    ]);
    expect(apis.lastReason()).toBe(`the authorizer Gate failed: ${why}`);
  });
});

describe('a REQUEST authorizer', () => {
  const REQUEST = {
    ...{ type: 'request', authorizerResultTtlInSeconds: 0 },
    identitySource: 'method.request.header.Authorization, method.request.querystring.shop, context.httpMethod',
  };

  // What is empty is an empty object: types of @types/aws-lambda, APIGatewayRequestAuthorizerEvent.
  test('gets the request without its body', async () => {
    const { url, id } = await apis.deploy({ '/orders/{id}': { post: guarded } }, guardedBy(REQUEST, 'Unused'));
    const sent = {
      method: 'POST',
      body: '{"n":1}',
      headers: { ...as({}).headers, 'Content-Type': 'application/json' },
    };
    const { headers, multiValueHeaders, requestContext, ...event } = (await askedIn(
      await fetch(`${url}/orders/7?shop=a&shop=b`, sent),
    )) as Record<string, Record<string, unknown>>;
    expect(event).toEqual({
      type: 'REQUEST',
      methodArn: `arn:aws:execute-api:eu-west-1:000000000000:${id}/Prod/POST/orders/7`,
      resource: '/orders/{id}',
      path: '/orders/7',
      httpMethod: 'POST',
      queryStringParameters: { shop: 'b' },
      multiValueQueryStringParameters: { shop: ['a', 'b'] },
      pathParameters: { id: '7' },
      stageVariables: { colour: 'red' },
    });
    expect(headers).toMatchObject({ Authorization: '{}' });
    expect(multiValueHeaders).toMatchObject({ Authorization: ['{}'] });
    expect(requestContext).toMatchObject({
      apiId: id,
      stage: 'Prod',
      resourcePath: '/orders/{id}',
      httpMethod: 'POST',
    });
    expect(requestContext).not.toHaveProperty('authorizer');
  });

  test('is not asked when one of its sources is missing or empty: 401', async () => {
    const { url } = await apis.deploy({ '/': { get: guarded } }, guardedBy(REQUEST, 'Unused'));
    expect((await fetch(`${url}?shop=a`, as({}))).status).toBe(200);
    expect((await fetch(`${url}?shop=a`)).status).toBe(401);
    expect((await fetch(`${url}?shop=`, as({}))).status).toBe(401);
    expect(apis.lastReason()).toBe('the authorizer Gate was not asked: the request has no $request.querystring.shop');
  });

  test('without sources is asked by every request', async () => {
    const { url } = await apis.deploy({ '/': { get: guarded } }, guardedBy({ type: 'request' }, 'Unused'));
    const before = apis.invocations('gate');
    await fetch(url);
    await fetch(url);
    expect(apis.invocations('gate')).toBe(before + 2);
  });
});

// Source: as above; API Gateway API reference, CreateAuthorizer, authorizerResultTtlInSeconds ("the default value is
// 300").
describe('what an authorizer said', () => {
  test('is good for five minutes of the clock, by the token, for all methods of the stage', async () => {
    const { url, id } = await apis.deploy(
      { '/a': { get: guarded }, '/b': { get: guarded } },
      guardedBy({ type: 'token' }),
    );
    const before = apis.invocations('gate');
    const ask = async (path: string, resource: string) =>
      (await fetch(url + path, as({ resource: `arn:aws:execute-api:eu-west-1:000000000000:${id}/Prod/${resource}` })))
        .status;
    expect(await ask('/a', 'GET/a')).toBe(200);
    // The policy that was kept says nothing of the other method.
    expect(await ask('/b', 'GET/a')).toBe(403);
    expect(apis.lastReason()).toMatch(
      /^the authorizer Gate refused, by what it said before: no statement of its policy allows/,
    );
    expect(apis.invocations('gate')).toBe(before + 1);
    expect(await ask('/b', '*')).toBe(200);
    expect(await ask('/a', '*')).toBe(200);
    expect(apis.invocations('gate')).toBe(before + 2);
    await local.clock.advance(299_000);
    expect(await ask('/a', '*')).toBe(200);
    expect(apis.invocations('gate')).toBe(before + 2);
    await local.clock.advance(1_000);
    expect(await ask('/a', '*')).toBe(200);
    expect(apis.invocations('gate')).toBe(before + 3);
  });

  test('is forgotten when the stage is deployed anew, and when its cache is flushed', async () => {
    const { url, id: restApiId } = await apis.deploy({ '/': { get: guarded } }, guardedBy({ type: 'token' }));
    const { dispatch } = local.cloud;
    const before = apis.invocations('gate');
    const ask = async () => authorizerIn(await fetch(url, as({})));
    expect((await ask())['integrationLatency']).toEqual(expect.any(Number));
    expect(await ask()).toMatchObject({ principalId: 'kim', integrationLatency: 0 });
    expect(apis.invocations('gate')).toBe(before + 1);
    await dispatch.call('apigateway', 'CreateDeployment', { restApiId, stageName: 'Prod' }, call);
    await ask();
    expect(apis.invocations('gate')).toBe(before + 2);
    await dispatch.call('apigateway', 'FlushStageAuthorizersCache', { restApiId, stageName: 'Prod' }, call);
    await ask();
    expect(apis.invocations('gate')).toBe(before + 3);
  });

  test('stands in the journal, between what asked and what was answered', async () => {
    const { url } = await apis.deploy({ '/': { get: guarded } }, guardedBy({ type: 'token' }));
    const facts = async (says: object) => {
      const after = local.journal.read().at(-1)?.seq ?? 0;
      await fetch(url, as(says));
      return local.journal.read({ after }).flatMap((fact) => {
        if (fact.kind === 'call') return [];
        if (fact.kind !== 'request.authorized') return [fact.kind];
        return [`${fact.outcome} by ${fact.authorizer}${fact.isKept ? ', kept' : ''}`];
      });
    };
    const ran = ['function.invoked', 'function.finished'];
    expect(await facts({ a: 1 })).toEqual(['request.received', ...ran, 'allowed by Gate', ...ran, 'request.answered']);
    expect(await facts({ a: 1 })).toEqual(['request.received', 'allowed by Gate, kept', ...ran, 'request.answered']);
    expect(await facts({ effect: 'Deny' })).toEqual(['request.received', ...ran, 'denied by Gate', 'request.answered']);
  });
});

// Source: API Gateway developer guide, "Control access to a REST API with IAM permissions"; the permission that SAM
// makes.
test('the gateway needs the function’s leave, for `authorizers/` of the API, or a role: else 500', async () => {
  const { dispatch } = local.cloud;
  const arn = await apis.createFunction('closed', GATE);
  await dispatch.call('lambda', 'RemovePermission', { FunctionName: 'closed', StatementId: 's' }, call);
  const { url, id } = await apis.deploy({ '/': { get: guarded } }, guardedBy({ ...TOKEN, authorizerUri: uriOf(arn) }));
  const permit = (StatementId: string, rest: string) =>
    dispatch.call(
      'lambda',
      'AddPermission',
      {
        ...{
          FunctionName: 'closed',
          StatementId,
          Action: 'lambda:InvokeFunction',
          Principal: 'apigateway.amazonaws.com',
        },
        SourceArn: `arn:aws:execute-api:eu-west-1:000000000000:${id}/${rest}`,
      },
      call,
    );
  await permit('methods', 'Prod/GET/');
  expect(await answered(await fetch(url, as({})))).toEqual([
    500,
    '{"message":null}',
    'AuthorizerConfigurationException',
  ]);
  expect(apis.lastReason()).toMatch(
    /^the authorizer Gate failed: The resource policy of .*:function:closed does not let apigateway.amazonaws.com invoke it/,
  );
  await permit('authorizers', 'authorizers/*');
  expect((await fetch(url, as({}))).status).toBe(200);
});

test('a method that is made piece by piece names its authorizer by its id', async () => {
  const { dispatch } = local.cloud;
  const make = { name: 'p' };
  const { id: restApiId = '', rootResourceId: resourceId = '' } = await dispatch.call(
    'apigateway',
    'CreateRestApi',
    make,
    call,
  );
  const settings = {
    name: 'Gate',
    type: 'TOKEN',
    authorizerUri: uriOf(gate),
    authorizerResultTtlInSeconds: 0,
  } as const;
  const identitySource = 'method.request.header.Authorization';
  const made = await dispatch.call('apigateway', 'CreateAuthorizer', { restApiId, ...settings, identitySource }, call);
  const key = { restApiId, resourceId, httpMethod: 'GET' };
  const method = { ...key, authorizationType: 'CUSTOM', authorizerId: made.id };
  await dispatch.call('apigateway', 'PutMethod', method, call);
  const integration = operation['x-amazon-apigateway-integration'];
  await dispatch.call(
    'apigateway',
    'PutIntegration',
    { ...key, type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri: integration.uri },
    call,
  );
  await dispatch.call('apigateway', 'CreateDeployment', { restApiId, stageName: 'dev' }, call);
  const url = `${local.url}/_aws/execute-api/${restApiId}/dev`;
  expect((await fetch(url)).status).toBe(401);
  expect(await authorizerIn(await fetch(url, as({})))).toMatchObject({ principalId: 'kim' });
});

describe('an authorizer that stands in', () => {
  const pool = {
    securityDefinitions: {
      Users: {
        ...{
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          'x-amazon-apigateway-authtype': 'cognito_user_pools',
        },
        'x-amazon-apigateway-authorizer': { type: 'cognito_user_pools', providerARNs: ['arn:aws:cognito-idp:x'] },
      },
    },
  };
  const standIns = () =>
    local.journal.read().flatMap((fact) => (fact.kind === 'stand-in.received' ? [`${fact.via}: ${fact.name}`] : []));

  // Source: API Gateway developer guide, "Integrate a REST API with an Amazon Cognito user pool".
  test('of a user pool lets everybody in, and hands on what a token claims', async () => {
    const { url } = await apis.deploy({ '/pool': { get: { ...operation, security: [{ Users: [] }] } } }, pool);
    expect((await fetch(`${url}/pool`)).status).toBe(200);
    expect((await fetch(`${url}/pool`, as('Bearer x'))).status).toBe(200);
    const iat = Date.parse('2026-11-22T12:00:00Z') / 1000;
    const claims = { sub: 'kim', email_verified: true, 'cognito:groups': ['a', 'b'], iat, auth_time: iat };
    const token = ['{"alg":"RS256"}', JSON.stringify(claims), 'signature']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
    expect(await authorizerIn(await fetch(`${url}/pool`, as(`Bearer ${token}`)))).toEqual({
      claims: {
        ...{ sub: 'kim', email_verified: 'true', 'cognito:groups': 'a,b', auth_time: String(iat) },
        iat: 'Sun Nov 22 12:00:00 UTC 2026',
      },
    });
    expect(standIns()).toContain('authorizer: COGNITO_USER_POOLS of GET /pool');
  });

  test('lets everybody in, and records each request, where nobody describes it', async () => {
    const { url } = await apis.deploy({ '/unknown': { get: { ...operation, security: [{ Unknown: [] }] } } });
    expect((await fetch(`${url}/unknown`)).status).toBe(200);
    expect(standIns().at(-1)).toBe("authorizer: the authorizer 'Unknown' of GET /unknown");
  });
});
