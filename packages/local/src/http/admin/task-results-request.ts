// `POST task-results`: what a test says that tasks of state machines answer.
import {
  InvalidMockedResultsError,
  type MockedResults,
  parseMockedResults,
} from '@earwitness/protocol/internal/admin/mocked-results';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { readBody } from '../body.ts';
import type { HttpRequest } from '../door.ts';
import { Refused } from './refused.ts';

/** Ours: bytes of results that are said at once. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Takes what a request says. @throws Refused; BodyTooLarge */
export async function takeTaskResults(
  request: HttpRequest,
  take: (results: MockedResults) => Promise<void>,
): Promise<Readonly<Record<string, never>>> {
  const body = await readBody(request, MAX_BYTES);
  try {
    await take(parseMockedResults(body.toString()));
    return {};
  } catch (error) {
    if (!(error instanceof InvalidMockedResultsError || error instanceof ServiceError)) throw error;
    throw new Refused(400, error.message);
  }
}
