// `POST events`: events of any source, as a test or a person sends them.
import { InvalidSentEventError, parseSentEvents, type SentEvent } from '@earwitness/protocol/internal/admin/sent-event';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { readBody } from '../body.ts';
import type { HttpRequest } from '../door.ts';
import { Refused } from './refused.ts';

/** Ours: bytes of events that are sent at once; one may have 1 MB. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Puts events on their buses. Returns their ids. @throws ServiceError when a bus does not exist */
export type Emit = (events: readonly SentEvent[], trace: { readonly traceId?: string }) => Promise<readonly string[]>;

/** Sends what a request holds. @throws Refused; BodyTooLarge */
export async function sendEvents(request: HttpRequest, emit: Emit): Promise<{ readonly ids: readonly string[] }> {
  const body = await readBody(request, MAX_BYTES);
  const traceId = request.headers['x-amzn-trace-id'];
  try {
    return { ids: await emit(parseSentEvents(body.toString()), typeof traceId === 'string' ? { traceId } : {}) };
  } catch (error) {
    if (!(error instanceof InvalidSentEventError || error instanceof ServiceError)) throw error;
    throw new Refused(400, error.message);
  }
}
