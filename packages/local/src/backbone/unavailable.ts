// Which errors say that what the nodes of a cloud share cannot be reached now: whoever asked may ask again.
import { NotTheKeeper } from './shared/kept/shard-writer.ts';
import { NobodyAnswers, ServerAway, ServerRefuses } from './shared/server.ts';

export function isUnavailable(error: unknown): error is Error {
  return (
    error instanceof ServerAway ||
    error instanceof ServerRefuses ||
    error instanceof NobodyAnswers ||
    error instanceof NotTheKeeper
  );
}
