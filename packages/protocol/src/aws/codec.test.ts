// The SDKs are the referees: for every operation of every model an SDK client writes a request with every member
// filled, and reads an answer with every member filled. What it wrote must arrive, what it read must be what was
// answered.

import { Readable } from 'node:stream';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PipesClient } from '@aws-sdk/client-pipes';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { codecFor } from './codec.ts';
import { ServiceError } from './errors.ts';
import { findService } from './find-service.ts';
import { jsonCodec } from './json/json.ts';
import type { Member, ServiceModel } from './model.ts';
import { apigatewayModel } from './models/apigateway.ts';
import { apigatewayv2Model } from './models/apigatewayv2.ts';
import { cloudformationModel } from './models/cloudformation.ts';
import { dynamodbModel } from './models/dynamodb.ts';
import { dynamodbstreamsModel } from './models/dynamodbstreams.ts';
import { eventsModel } from './models/events.ts';
import { iamModel } from './models/iam.ts';
import { kinesisModel } from './models/kinesis.ts';
import { kmsModel } from './models/kms.ts';
import { lambdaModel } from './models/lambda.ts';
import { logsModel } from './models/logs.ts';
import { pipesModel } from './models/pipes.ts';
import { schedulerModel } from './models/scheduler.ts';
import { secretsmanagerModel } from './models/secretsmanager.ts';
import { snsModel } from './models/sns.ts';
import { sqsModel } from './models/sqs.ts';
import { ssmModel } from './models/ssm.ts';
import { stepfunctionsModel } from './models/stepfunctions.ts';
import { stsModel } from './models/sts.ts';
import { queryCodec } from './query/query.ts';
import { restXmlCodec } from './rest-xml/rest-xml.ts';
import type { Codec, WireRequest, WireResponse } from './wire.ts';

/** A request as an SDK hands it to its HTTP handler. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string | string[] | null>;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
}

type Command = new (input: unknown) => object;

const SDKS = [
  { model: apigatewayModel, Client: APIGatewayClient, load: () => import('@aws-sdk/client-api-gateway') },
  { model: apigatewayv2Model, Client: ApiGatewayV2Client, load: () => import('@aws-sdk/client-apigatewayv2') },
  { model: cloudformationModel, Client: CloudFormationClient, load: () => import('@aws-sdk/client-cloudformation') },
  { model: dynamodbModel, Client: DynamoDBClient, load: () => import('@aws-sdk/client-dynamodb') },
  {
    model: dynamodbstreamsModel,
    Client: DynamoDBStreamsClient,
    load: () => import('@aws-sdk/client-dynamodb-streams'),
  },
  { model: eventsModel, Client: EventBridgeClient, load: () => import('@aws-sdk/client-eventbridge') },
  { model: iamModel, Client: IAMClient, load: () => import('@aws-sdk/client-iam') },
  { model: kinesisModel, Client: KinesisClient, load: () => import('@aws-sdk/client-kinesis') },
  { model: kmsModel, Client: KMSClient, load: () => import('@aws-sdk/client-kms') },
  { model: lambdaModel, Client: LambdaClient, load: () => import('@aws-sdk/client-lambda') },
  { model: logsModel, Client: CloudWatchLogsClient, load: () => import('@aws-sdk/client-cloudwatch-logs') },
  { model: pipesModel, Client: PipesClient, load: () => import('@aws-sdk/client-pipes') },
  { model: schedulerModel, Client: SchedulerClient, load: () => import('@aws-sdk/client-scheduler') },
  {
    model: secretsmanagerModel,
    Client: SecretsManagerClient,
    load: () => import('@aws-sdk/client-secrets-manager'),
  },
  { model: snsModel, Client: SNSClient, load: () => import('@aws-sdk/client-sns') },
  { model: sqsModel, Client: SQSClient, load: () => import('@aws-sdk/client-sqs') },
  { model: ssmModel, Client: SSMClient, load: () => import('@aws-sdk/client-ssm') },
  { model: stepfunctionsModel, Client: SFNClient, load: () => import('@aws-sdk/client-sfn') },
  { model: stsModel, Client: STSClient, load: () => import('@aws-sdk/client-sts') },
];

type Answer = (request: WireRequest) => WireResponse;

/** A client that sends one command after the other; each one's request ends in its answer. */
function clientOf({ Client }: (typeof SDKS)[number]) {
  let answer: Answer | undefined;
  const requestHandler = {
    async handle(request: SdkRequest) {
      if (!answer) throw new Error('no command is under way');
      const { status, headers, body, pieces = [Buffer.from(body)] } = answer(wireRequest(request));
      return { response: { statusCode: status, headers, body: Readable.from(pieces) } };
    },
  };
  const config = {
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-west-1',
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' },
    maxAttempts: 1,
    disableHostPrefix: true,
    md5: false,
    useQueueUrlAsEndpoint: false,
    requestHandler,
  };
  const client = new Client(config as never) as unknown as { send(command: object): Promise<Record<string, unknown>> };
  return {
    send(command: object, answerTo: Answer) {
      answer = answerTo;
      return client.send(command);
    },
  };
}

function wireRequest({ method, path, query, headers, body }: SdkRequest): WireRequest {
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
    [value ?? ''].flat().map((one) => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`),
  );
  const bytes = new Uint8Array(Buffer.from(body ?? ''));
  return {
    method,
    path,
    query: pairs.join('&'),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    bytes,
    text: () => Buffer.from(bytes).toString(),
  };
}

/**
 * Members that change more than themselves: an endpoint id makes the client sign with SigV4a, which it does not bring
 * along.
 */
const LEFT_OUT = new Set(['EndpointId']);

/** A value with every member filled, at most five levels deep. */
function fill(model: ServiceModel, member: Member, depth = 0): unknown {
  const shape = model.shapes[member.shape];
  if (!shape) throw new Error(member.shape);
  switch (shape.type) {
    case 'structure': {
      if (depth > 5) return undefined;
      let members = Object.entries(shape.members).filter(([name]) => !LEFT_OUT.has(name));
      // One event of each kind.
      if (shape.eventstream) return members.map(([name, inner]) => ({ [name]: fill(model, inner, depth + 1) }));
      if (shape.union) members = members.slice(0, 1);
      const filled = members.flatMap(([name, inner]) => {
        const value = fill(model, inner, depth + 1);
        return value === undefined ? [] : [[name, value]];
      });
      return filled.length === 0 && depth > 0 ? undefined : Object.fromEntries(filled);
    }
    case 'list': {
      const item = fill(model, shape.member, depth + 1);
      return item === undefined ? undefined : [item, item];
    }
    case 'map': {
      if (member.location === 'querystring') return undefined;
      const value = fill(model, shape.value, depth + 1);
      const key = model.shapes[shape.key.shape];
      return value === undefined ? undefined : { [(key?.type === 'string' && key.enum?.[0]) || 'kéy <&>.1']: value };
    }
    case 'string':
      if (shape.enum) return shape.enum[0];
      return member.location === 'header' ? 'plain text' : 'a/b c+ü=<&>"%20\'';
    case 'integer':
    case 'long':
      return 201;
    case 'double':
    case 'float':
      return 1.5;
    case 'boolean':
      return true;
    case 'timestamp':
      return new Date(1700000000123);
    case 'blob':
      return new Uint8Array([0, 1, 254, 255]);
  }
}

/** The same value with the types that operations see, or as plain as the SDK's. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  return value;
}

/** As an operation answers it: with an event stream in which the events come one by one. */
function asOperation(answered: unknown): unknown {
  const { EventStream: events, ...rest } = Object(answered);
  return events === undefined ? answered : { ...rest, EventStream: Readable.from(events) };
}

async function collect(events: unknown): Promise<unknown[]> {
  const collected: unknown[] = [];
  for await (const event of Object(events)) collected.push(event);
  return collected;
}

test.each(SDKS)('$model.service: what an SDK writes arrives, and what is answered arrives there', async (sdk) => {
  const { model } = sdk;
  const commands = (await sdk.load()) as unknown as Record<string, Command>;
  const client = clientOf(sdk);
  for (const [operation, { input, output }] of Object.entries(model.operations)) {
    const Command = commands[`${operation}Command`];
    if (!Command) continue;
    const given = input ? fill(model, { shape: input }) : {};
    const answered = output ? plain(fill(model, { shape: output })) : {};
    let arrived: unknown;
    const { $metadata, ...got } = await client.send(new Command(given), (request) => {
      const { service, ...place } = findService(request, { account: '123456789012', region: 'eu-west-1' });
      const codec = expectCodec(model, request);
      arrived = { service, account: place.account, region: place.region, ...codec.decode(model, request) };
      return codec.encodeOutput(model, operation, asOperation(answered), 'request-1');
    });
    const where = { service: model.service, account: '123456789012', region: 'eu-west-1', operation };
    expect(arrived).toEqual({ ...where, input: plain(given) });
    if ('EventStream' in got) got['EventStream'] = await collect(got['EventStream']);
    expect({ operation, ...(plain(got) as object) }).toEqual({ operation, ...(answered as object) });
  }
});

test.each(SDKS)('$model.service: every modelled error becomes the exception of its name', async (sdk) => {
  const { model } = sdk;
  const commands = (await sdk.load()) as unknown as Record<string, Command>;
  const client = clientOf(sdk);
  const asked = new Set<string>();
  for (const [operation, { input, errors = [] }] of Object.entries(model.operations)) {
    const Command = commands[`${operation}Command`];
    if (!Command) continue;
    // An error looks the same whichever operation it comes from.
    for (const error of errors.filter((name) => !asked.has(name))) {
      asked.add(error);
      const thrown = await client
        .send(new Command(input ? fill(model, { shape: input }) : {}), (request) =>
          expectCodec(model, request).encodeError(model, new ServiceError(error, 'It is "so" & <so>.'), 'request-1'),
        )
        .catch((caught) => caught);
      expect({ operation, name: thrown.name, message: thrown.message }).toEqual({
        operation,
        name: error,
        message: 'It is "so" & <so>.',
      });
    }
  }
});

function expectCodec(model: ServiceModel, request: WireRequest): Codec {
  const codec = codecFor(model, request);
  if (!codec) throw new Error(`${model.service} has no codec for this request.`);
  return codec;
}

// Sources: smithy.io, "Smithy RPC v2 CBOR protocol" (header smithy-protocol); botocore's model of CloudWatch names its
// three protocols.
test('a service of several protocols is spoken to in the one that the request shows; one that is not written has no codec', () => {
  const several: ServiceModel = {
    ...eventsModel,
    protocol: 'smithy-rpc-v2-cbor',
    protocols: ['smithy-rpc-v2-cbor', 'json', 'query'],
  };
  const request = (headers: Record<string, string>): WireRequest => ({
    method: 'POST',
    path: '/',
    query: '',
    headers,
    bytes: new Uint8Array(),
    text: () => '',
  });
  expect(codecFor(several, request({ 'x-amz-target': 'AWSEvents.PutEvents' }))).toBe(jsonCodec);
  expect(codecFor(several, request({ 'content-type': 'application/x-www-form-urlencoded' }))).toBe(queryCodec);
  expect(codecFor(several, request({ 'smithy-protocol': 'rpc-v2-cbor' }))).toBeUndefined();
  expect(codecFor({ ...eventsModel, protocol: 'rest-xml' }, request({}))).toBe(restXmlCodec);
});
