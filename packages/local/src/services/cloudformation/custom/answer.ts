// The response of a function that makes a custom resource. Source: CloudFormation user guide, "Custom resource response
// objects".
import type { Made } from '../../../resources/resource.ts';

/** Bytes of a response. Source: as above. */
export const ANSWER_MAX_BYTES = 4096;
/** Bytes of a physical id. Source: as above, PhysicalResourceId. */
const ID_MAX_BYTES = 1024;

export type CustomAnswer =
  | { readonly kind: 'success'; readonly made: Made }
  /** `made`: what the function says that exists all the same. */
  | {
      readonly kind: 'failure';
      readonly reason: string;
      readonly made?: Made;
      /** Of a function that failed and has sent no response. */
      readonly errorType?: string;
    };

/** @param requestId the id of the request that is answered: refusals name it */
export function parseAnswer(text: string, requestId: string): CustomAnswer {
  if (Buffer.byteLength(text) > ANSWER_MAX_BYTES) return failure('Response object is too long.');
  const answer = readObject(text);
  if (!answer) return failure('Invalid response: the body of the response must be a JSON object.');
  const { Status: status, Reason: reason, PhysicalResourceId: id } = answer;
  const made = madeOf(answer);
  if (status === 'SUCCESS') return made ? { kind: 'success', made } : failure('Invalid PhysicalResourceId');
  if (status !== 'FAILED') return failure('Invalid response: its Status must be SUCCESS or FAILED.');
  // An id that is there and is none hides the reason. Source: custom-resource-helper #67 and #56.
  if (id !== undefined && !made) return failure('Invalid PhysicalResourceId');
  const told = typeof reason === 'string' ? reason : '';
  const message = `Received response status [FAILED] from custom resource. Message returned: ${told} (RequestId: ${requestId})`;
  return { ...failure(message), ...(made && { made }) };
}

function failure(reason: string): Extract<CustomAnswer, { readonly kind: 'failure' }> {
  return { kind: 'failure', reason };
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function madeOf(answer: Readonly<Record<string, unknown>>): Made | undefined {
  const { PhysicalResourceId: physicalId, Data: data, NoEcho: noEcho } = answer;
  if (typeof physicalId !== 'string' || physicalId === '') return undefined;
  if (Buffer.byteLength(physicalId) > ID_MAX_BYTES) return undefined;
  const members = isObject(data) ? Object.entries(data) : [];
  const lists = members.flatMap(([key, value]) => {
    const texts = Array.isArray(value) ? value.map(textOf) : undefined;
    return texts?.every((text) => text !== undefined) ? [[key, texts] as const] : [];
  });
  return {
    physicalId,
    attributes: Object.fromEntries(
      members.flatMap(([key, value]) => {
        const text = textOf(value);
        return text === undefined ? [] : [[key, text] as const];
      }),
    ),
    ...(lists.length > 0 && { lists: Object.fromEntries(lists) }),
    ...((noEcho === true || noEcho === 'true') && { noEcho: true }),
  };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
