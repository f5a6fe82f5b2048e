// Event patterns as requests bring them: text that may be no pattern.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { InvalidEventPatternError, type Pattern, parsePattern } from '@earwitness/protocol/pattern';

/**
 * Compiles a pattern.
 * @throws ServiceError `InvalidEventPatternException` with AWS's reason.
 */
export function checkPattern(text: string): Pattern {
  try {
    return parsePattern(text);
  } catch (cause) {
    if (!(cause instanceof InvalidEventPatternError)) throw cause;
    const message = `Event pattern is not valid. Reason: ${cause.message}`;
    throw new ServiceError('InvalidEventPatternException', message, { cause });
  }
}
