// AWS JSON: the operation in a header, the input as the body.
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { type Value, writeJson } from '../content/value.ts';
import type { HttpInput } from '../input.ts';
import { signedHeaders } from './call.ts';

export function encodeJson(model: ServiceModel, operation: string, input: Value): HttpInput {
  return {
    kind: 'http',
    over: 'http/1.1',
    method: 'POST',
    path: '/',
    headers: [
      ['content-type', `application/x-amz-json-${model.jsonVersion ?? '1.1'}`],
      ['x-amz-target', `${model.targetPrefix}.${operation}`],
      ...signedHeaders(model),
    ],
    body: writeJson(input),
  };
}
