// AWS Query: a form with Action and Version in, XML out. CloudFormation, IAM and STS speak it, and SQS to older clients
// (sqs.ts). Refuses a form that names no Action, and one that is not percent-encoded.
import { errorShape, errorStatus, queryErrorCode, ServiceError } from '../errors.ts';
import type { ServiceModel } from '../model.ts';
import type { Codec, WireRequest, WireResponse } from '../wire.ts';
import { type Form, parseForm, readForm } from './form.ts';
import { element, escapeXml, writeMembers } from './xml.ts';

export const queryCodec: Codec = {
  decode(model, request) {
    const form = formOf(request);
    const operation = form.inner.get('Action')?.value ?? '';
    if (operation === '') {
      throw new ServiceError('MissingAction', 'The request is missing an action or a required parameter.');
    }
    const inputShape = model.operations[operation]?.input;
    return { operation, input: inputShape ? readForm(model, inputShape, form) : {} };
  },

  encodeOutput(model, operation, output, requestId) {
    const { output: outputShape, resultWrapper } = model.operations[operation] ?? {};
    const result = outputShape
      ? element(resultWrapper ?? `${operation}Result`, writeMembers(model, outputShape, output ?? {}))
      : '';
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    return answer(model, 200, `${operation}Response`, result + metadata);
  },

  encodeError(model, error, requestId) {
    const [shapeName, shape] = errorShape(model, error.code) ?? [];
    const status = errorStatus(model, error);
    const code = model.queryCompatible ? queryErrorCode(error) : (shape?.error?.code ?? error.code);
    const fields = shapeName === undefined ? '' : writeMembers(model, shapeName, error.fields);
    const described =
      element('Type', status < 500 ? 'Sender' : 'Receiver') +
      element('Code', escapeXml(code)) +
      element('Message', escapeXml(error.message)) +
      fields;
    return answer(model, status, 'ErrorResponse', element('Error', described) + element('RequestId', requestId));
  },
};

// A GET carries its fields in the URL, a POST in the body; both are one form.
function formOf(request: WireRequest): Form {
  return parseForm(`${request.query}&${request.text()}`);
}

function answer(model: ServiceModel, status: number, name: string, content: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<${name} xmlns="${model.xmlNamespace ?? ''}">${content}</${name}>`,
  };
}
