// AWS JSON 1.0 and 1.1: POST /, the operation in X-Amz-Target, JSON both ways, errors as {"__type", "message"}. SQS
// also tells the code that its older Query protocol knew (x-amzn-query-error), for clients that ask with
// x-amzn-query-mode. Refuses a body that is not JSON, and one that is not an object, with SerializationException.
import { errorShape, errorStatus, queryErrorCode, ServiceError } from '../errors.ts';
import type { ServiceModel } from '../model.ts';
import { type Codec, headerOf, type WireResponse } from '../wire.ts';
import { jsonReader, jsonWriter } from './shape.ts';
import { WrittenOutput } from './written-output.ts';

export const jsonCodec: Codec = {
  decode(model, request) {
    const target = headerOf(request, 'x-amz-target') ?? '';
    const operation = target.slice(target.lastIndexOf('.') + 1);
    if (operation === '') {
      throw new ServiceError('UnknownOperationException', `The request to ${model.fullName} names no operation.`);
    }
    const inputShape = model.operations[operation]?.input;
    if (inputShape === undefined) return { operation, input: {} };
    const input = jsonReader(model, inputShape)(parseBody(request.text()));
    if (model.service === 'secretsmanager') requireToken(model, inputShape, input);
    return { operation, input };
  },

  encodeOutput(model, operation, output) {
    if (output instanceof WrittenOutput) return answer(model, 200, output.text);
    const outputShape = model.operations[operation]?.output;
    const body = outputShape ? JSON.stringify(jsonWriter(model, outputShape)(output ?? {})) : '{}';
    return answer(model, 200, body);
  },

  encodeError(model, error) {
    const [shapeName, shape] = errorShape(model, error.code) ?? [error.code];
    const fields = shape ? jsonWriter(model, shapeName)(error.fields) : error.fields;
    // `Message` for most errors of Secrets Manager, `message` for those that its model does not have. Recorded on AWS.
    const messageName = shape && 'Message' in shape.members ? 'Message' : 'message';
    const type = `${namespaceOf(model, shape !== undefined, shapeName)}${shapeName}`;
    const response = answer(
      model,
      errorStatus(model, error),
      JSON.stringify({ __type: type, [messageName]: error.message, ...(fields as object) }),
    );
    if (!model.queryCompatible) return response;
    const fault = response.status < 500 ? 'Sender' : 'Receiver';
    return {
      ...response,
      headers: { ...response.headers, 'x-amzn-query-error': `${queryErrorCode(error)};${fault}` },
    };
  },
};

/** Before the code of an error. Sources: recorded on AWS (LocalStack, SQS and DynamoDB); dynalite's tests. */
function namespaceOf({ service }: ServiceModel, isModelled: boolean, code: string): string {
  if (service === 'sqs') return 'com.amazonaws.sqs#';
  if (!isTables(service)) return '';
  if (isModelled) return 'com.amazonaws.dynamodb.v20120810#';
  return code === 'ValidationException' ? 'com.amazon.coral.validate#' : 'com.amazon.coral.service#';
}

function isTables(service: string): boolean {
  return service === 'dynamodb' || service === 'dynamodbstreams';
}

/**
 * SDKs send this token by themselves. Recorded on AWS, asked by hand: LocalStack, test_no_client_request_token, May
 * 2023.
 */
function requireToken(model: ServiceModel, inputShape: string, input: unknown): void {
  const shape = model.shapes[inputShape];
  if (shape?.type !== 'structure') return;
  for (const [name, { idempotencyToken }] of Object.entries(shape.members)) {
    if (!idempotencyToken || Object.hasOwn(Object(input), name)) continue;
    const message = `You must provide a ${name} value. We recommend a UUID-type value.`;
    throw new ServiceError('InvalidRequestException', message);
  }
}

function answer(model: ServiceModel, status: number, body: string): WireResponse {
  const headers = { 'content-type': `application/x-amz-json-${model.jsonVersion ?? '1.1'}` };
  if (!isTables(model.service)) return { status, headers, body };
  // DynamoDB's clients compare it with what they got, and try again. Source: botocore, retries.
  return { status, headers, body, checksumHeader: 'x-amz-crc32' };
}

/**
 * A JSON body; an empty one stands for `{}`.
 * @throws ServiceError `SerializationException`
 */
export function parseBody(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.', { status: 400, cause });
  }
}
