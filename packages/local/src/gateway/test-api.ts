// What tests of deployed APIs stand on: a cloud with a function that answers what it is asked to, and REST APIs in
// front of it. Used by tests only.
import { createClock } from '../clock/clock.ts';
import { zipInlineCode } from '../functions/code/code.ts';
import { type Local, startLocalWith } from '../local.ts';
import { createApiGatewayService } from '../services/apigateway/service.ts';
import { createApiGatewayV2Service } from '../services/apigatewayv2/service.ts';
import { createIamService } from '../services/iam/service.ts';
import { createLambdaService } from '../services/lambda/service.ts';
import type { Unserved } from '../stand-ins/unserved.ts';

/** The account's own credentials. */
export const call = {
  account: '000000000000',
  region: 'eu-west-1',
  principal: { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
} as const;
const ECHO = 'arn:aws:lambda:eu-west-1:000000000000:function:echo';
export const uriOf = (arn: string) =>
  `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
export const proxy = { type: 'aws_proxy', httpMethod: 'POST', uri: uriOf(ECHO) };

export interface TestApis {
  readonly local: Local;
  /** Makes a function that the gateway may call. `code` is a module with a `handler`. Returns its ARN. */
  createFunction(name: string, code: string): Promise<string>;
  /** Deploys a body as SAM does, and returns the base URL. `more` goes into the document. */
  deploy(paths: object, more?: object): Promise<{ readonly url: string; readonly id: string }>;
  /** Why the last request was answered as it was, where the journal says so. */
  lastReason(): string | undefined;
  /** How often a function was invoked. */
  invocations(name: string): number;
}

/** @param unserved what becomes of what is not served; default: it stands in */
export async function startTestApis(unserved: Unserved = 'stand-in'): Promise<TestApis> {
  const clock = createClock({ frozenAt: Date.parse('2026-11-22T12:00:00Z') });
  const services = [createLambdaService, createApiGatewayService, createApiGatewayV2Service, createIamService];
  const local = await startLocalWith(services, { clock, unserved });
  const createFunction = (name: string, code: string) => addFunction(local, name, code);
  await createFunction(
    'echo',
    `exports.handler = async (event) => {
      const ask = JSON.parse(event.headers.ask || 'null');
      if (ask && ask.fail) throw new Error('boom');
      if (ask && ask.hang) await new Promise((r) => setTimeout(r, 1e6));
      return ask || { statusCode: 200, body: JSON.stringify(event) };
    }`,
  );
  return {
    local,
    createFunction,
    deploy: (paths, more) => deploy(local, paths, more),
    lastReason: () => local.journal.read().findLast((one) => one.kind === 'request.answered')?.reason,
    invocations(name) {
      const invoked = local.journal.read().filter((one) => one.kind === 'function.invoked');
      return invoked.filter(({ functionName }) => functionName === name).length;
    },
  };
}

async function addFunction({ cloud: { dispatch } }: Local, name: string, code: string): Promise<string> {
  const settings = {
    Role: 'arn:aws:iam::000000000000:role/r',
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
  } as const;
  const made = await dispatch.call(
    'lambda',
    'CreateFunction',
    { ...settings, FunctionName: name, Code: { ZipFile: zipInlineCode(code) }, Timeout: 900 },
    call,
  );
  const permission = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' };
  await dispatch.call('lambda', 'AddPermission', { FunctionName: name, ...permission }, call);
  return made.FunctionArn ?? '';
}

async function deploy(
  local: Local,
  paths: object,
  more: object = {},
): Promise<{ readonly url: string; readonly id: string }> {
  const { dispatch } = local.cloud;
  const { id = '' } = await dispatch.call('apigateway', 'CreateRestApi', { name: 'orders' }, call);
  const body = Buffer.from(
    JSON.stringify({ swagger: '2.0', info: { version: '1.0', title: 'orders' }, paths, ...more }),
  );
  await dispatch.call('apigateway', 'PutRestApi', { restApiId: id, mode: 'overwrite', body }, call);
  const deployment = await dispatch.call('apigateway', 'CreateDeployment', { restApiId: id }, call);
  const stage = { restApiId: id, stageName: 'Prod', deploymentId: deployment.id ?? '', variables: { colour: 'red' } };
  await dispatch.call('apigateway', 'CreateStage', stage, call);
  return { url: `${local.url}/_aws/execute-api/${id}/Prod`, id };
}

/** An operation with the function. */
export const operation = { 'x-amazon-apigateway-integration': proxy, responses: {} };

/** What a request says to an authorizer whose function does what its `Authorization` says. */
export const as = (says: object | string) => ({
  headers: { Authorization: typeof says === 'string' ? says : JSON.stringify(says) },
});

/** What a request says to the function: the answer that it is to give. */
export const ask = (answer: unknown) => ({ headers: { ask: JSON.stringify(answer) } });
