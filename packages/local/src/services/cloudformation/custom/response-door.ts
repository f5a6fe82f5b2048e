// Where functions put the response for a custom resource: the `ResponseURL` of their request. On AWS it is an object in
// S3 under an address that is signed; here the address's id stands for the signature.
import { BodyTooLarge, readBody } from '../../../http/body.ts';
import { type Door, type HttpRequest, sendJson, targetOf } from '../../../http/door.ts';
import type { Platform } from '../../../platform.ts';
import type { Responses } from './responses.ts';

const PATH = '/_aws/cloudformation/responses/';

/** Ours: bytes that are read of a response. Whatever is longer than CloudFormation takes is told to the stack. */
const READ_MAX_BYTES = 1_000_000;

export function responseUrl({ address }: Pick<Platform, 'address'>, id: string): string {
  return `${address.http}${PATH}${id}`;
}

export function createResponseDoor({ journal }: Platform, responses: Responses): Door {
  return {
    name: 'cloudformation-responses',
    pages: 'trusted',
    accepts: (request) => targetOf(request).path.startsWith(PATH),
    refuse: (_request, response, { status, reason }) => sendJson(response, status, { message: reason }),
    async handle(request, response) {
      if (request.method !== 'PUT') {
        request.resume();
        return sendJson(response, 405, { message: `A response is sent by PUT, not by ${request.method}.` });
      }
      const id = targetOf(request).path.slice(PATH.length);
      const body = await bodyOf(request);
      if (await responses.take(id, body)) return sendJson(response, 200, {});
      const message = 'A response for a custom resource came when nobody waited for it any more.';
      journal.record({ kind: 'warning', about: 'CloudFormation', message });
      sendJson(response, 404, { message: 'Nobody waits for this response, or no longer.' });
    },
  };
}

/** Longer than is read, it is certainly longer than may be: so much of it is enough to say so. */
async function bodyOf(request: HttpRequest): Promise<string> {
  try {
    return (await readBody(request, READ_MAX_BYTES)).toString('utf8');
  } catch (error) {
    if (error instanceof BodyTooLarge) return ' '.repeat(READ_MAX_BYTES);
    throw error;
  }
}
