/**
 * A copy that may be kept, of text in Latin-1. To V8 a part of a text is a reference to the whole of it, here to the
 * head of a request, unless it is shorter than 13 characters.
 */
export function ownText(part: string): string {
  return part.length < 13 ? part : Buffer.from(part, 'latin1').toString('latin1');
}
