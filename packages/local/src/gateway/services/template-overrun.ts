// What a mapping template may make of a request. It runs in the one thread that everything here has: loops within loops
// and texts that double would hold the whole cloud, or end it.

/** Ours: what one request goes through of its template. Some two seconds. */
const MAX_PIECES = 1_000_000;
/** Source: API Gateway quotas, "Payload size", 10 MB. */
const TEXT_MAX_LENGTH = 10 * 1024 * 1024;

/** Thrown where a template makes too much. */
export class TemplateOverrun extends Error {}

/** @throws TemplateOverrun, also for what the stack or a text cannot hold */
export function withinBounds(fill: () => string): string {
  try {
    return fill();
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateOverrun(`the mapping template fails: ${error.message}`);
    throw error;
  }
}

/** @throws TemplateOverrun */
export function checkPieces(pieces: number): void {
  if (pieces > MAX_PIECES)
    throw new TemplateOverrun(`the mapping template goes through more than ${MAX_PIECES} pieces`);
}

/** @throws TemplateOverrun */
export function join(texts: readonly string[]): string {
  const text = texts.join('');
  if (text.length <= TEXT_MAX_LENGTH) return text;
  throw new TemplateOverrun(`the mapping template makes a text of more than ${TEXT_MAX_LENGTH} characters`);
}
