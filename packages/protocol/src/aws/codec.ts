// Which codec reads a request, and how a request is refused that found no service.
import type { ServiceError } from './errors.ts';
import { jsonCodec } from './json.ts';
import type { ServiceModel } from './model.ts';
import { type Codec, headerOf, type WireRequest, type WireResponse } from './wire.ts';

/** The codec for a request to a service. */
export function codecFor(model: ServiceModel, _request: WireRequest): Codec {
  if (model.protocol === 'json') return jsonCodec;
  throw new Error(`No codec speaks ${model.protocol} yet.`);
}

/** An error for a request whose service, and so whose protocol, is not known: in the form that its caller most likely reads. */
export function encodeRefusal(request: WireRequest, error: ServiceError): WireResponse {
  return {
    status: error.status ?? 400,
    headers: {
      'content-type': headerOf(request, 'content-type') ?? 'application/json',
      'x-amzn-errortype': error.code,
    },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}
