// Text on a line that has an end.

/** An escape of JSON's, or one sign with the marks on it and what is joined to it. */
const PIECE = /\\(?:u[\da-f]{4}|.)|.(?:[\p{M}\p{EMod}]|[\u200C\u200D].)*/gsu;

/**
 * Text of at most `maxChars` UTF-16 units, at least one; where something is missing it ends in `…`. What `showControls`
 * has shown is never cut in the middle of an escape, nor is a surrogate pair.
 */
export function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  let kept = '';
  for (const [piece] of text.matchAll(PIECE)) {
    if (kept.length + piece.length >= maxChars) break;
    kept += piece;
  }
  return `${kept}…`;
}
