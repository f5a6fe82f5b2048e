// Which errors say that what the nodes of a cloud share cannot be reached now: whoever asked may ask again.
import { NotTheKeeper } from './shared/kept/shard-writer.ts';
import { NobodyAnswers, ServerAway, ServerRefuses } from './shared/server.ts';

/** Also of an error that another has caused, as a service's refusal has. */
export function isUnavailable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return (
    error instanceof ServerAway ||
    error instanceof ServerRefuses ||
    error instanceof NobodyAnswers ||
    error instanceof NotTheKeeper ||
    isUnavailable(error.cause)
  );
}
