// Which codec reads a request. `refusal.ts` answers those that none reads.
import { jsonCodec } from './json/json.ts';
import { restJsonCodec } from './json/rest-json.ts';
import type { Protocol, Protocols, ServiceModel } from './model.ts';
import { queryCodec } from './query/query.ts';
import { sqsQueryCodec } from './query/sqs.ts';
import { restXmlCodec } from './rest-xml/rest-xml.ts';
import { type Codec, headerOf, type WireRequest } from './wire.ts';

/** The codecs by protocol. One that is not written yet has its place here: its requests are refused by name. */
const CODECS: Readonly<Record<Protocol, Codec | undefined>> = {
  json: jsonCodec,
  query: queryCodec,
  'rest-json': restJsonCodec,
  'rest-xml': restXmlCodec,
  'smithy-rpc-v2-cbor': undefined,
};

/** The codec for a request to a service; `undefined` when the request is in a protocol that is not served. */
export function codecFor(model: ServiceModel, request: WireRequest): Codec | undefined {
  if (model.queryCompatible && headerOf(request, 'x-amz-target') === undefined) return sqsQueryCodec;
  return CODECS[model.protocols ? spokenOf(model.protocols, request) : model.protocol];
}

/**
 * Which of its protocols a request to a service is in. Source: smithy.io, "Smithy RPC v2 CBOR", and AWS's JSON and
 * Query protocols.
 */
function spokenOf([first, ...others]: Protocols, request: WireRequest): Protocol {
  if (headerOf(request, 'smithy-protocol') === 'rpc-v2-cbor') return 'smithy-rpc-v2-cbor';
  const spoken = headerOf(request, 'x-amz-target') === undefined ? 'query' : 'json';
  return others.includes(spoken) ? spoken : first;
}
