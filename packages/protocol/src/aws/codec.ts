// Which codec reads a request, and how a request is refused that found no service.
import type { ServiceError } from './errors.ts';
import { jsonCodec } from './json.ts';
import type { ServiceModel } from './model.ts';
import { queryCodec } from './query/query.ts';
import { sqsQueryCodec } from './query/sqs.ts';
import { element, escapeXml } from './query/xml.ts';
import { restJsonCodec } from './rest-json.ts';
import { type Codec, headerOf, type WireRequest, type WireResponse } from './wire.ts';

/** The codec for a request to a service. */
export function codecFor(model: ServiceModel, request: WireRequest): Codec {
  switch (model.protocol) {
    case 'json':
      return model.queryCompatible && headerOf(request, 'x-amz-target') === undefined ? sqsQueryCodec : jsonCodec;
    case 'query':
      return queryCodec;
    case 'rest-json':
      return restJsonCodec;
  }
}

/** An error for a request whose service, and so whose protocol, is not known: in the form that its caller most likely reads. */
export function encodeRefusal(request: WireRequest, error: ServiceError, requestId: string): WireResponse {
  const status = error.status ?? 400;
  if (headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded')) {
    const described = element('Code', error.code) + element('Message', escapeXml(error.message));
    const body = element('ErrorResponse', element('Error', described) + element('RequestId', requestId));
    return { status, headers: { 'content-type': 'text/xml' }, body };
  }
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}
