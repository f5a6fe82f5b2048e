const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * `encodeURIComponent` of any text. Half a character, as JSON can have it (`\ud800`), becomes a question mark, as where
 * Java writes bytes; `encodeURIComponent` throws then.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(LONE_SURROGATES, '?'));
}
