// A call of an AWS operation as a request: the protocol is the service's.
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import type { Fields } from '../content/value.ts';
import type { Header, HttpInput } from '../input.ts';
import { encodeForm } from './form.ts';
import { encodeJson } from './json.ts';
import { encodeRest } from './rest.ts';
import { encodeXml } from './xml.ts';

/** The headers of a signed request. Nobody looks at the signature; its scope says which service is meant. */
export function signedHeaders({ signingName }: Pick<ServiceModel, 'signingName'>): Header[] {
  const scope = `test/20261128/us-east-1/${signingName}/aws4_request`;
  return [
    [
      'authorization',
      `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=0123456789abcdef`,
    ],
    ['x-amz-date', '20261128T120000Z'],
  ];
}

export function encodeCall(model: ServiceModel, operation: string, input: Fields): HttpInput {
  switch (model.protocol) {
    case 'json':
      return encodeJson(model, operation, input);
    case 'query':
      return encodeForm(model, operation, input);
    case 'rest-json':
      return encodeRest(model, operation, input);
    case 'rest-xml':
      return encodeXml(model, operation, input);
    default:
      throw new Error(`${model.service} speaks ${model.protocol}, which is not served.`);
  }
}
