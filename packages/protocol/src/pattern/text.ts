// Text from bytes. TextDecoder and TextEncoder are in every runtime, but not in the types of the bare language.

declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

/**
 * Decodes UTF-8.
 * @throws SyntaxError when the bytes are not UTF-8; a byte order mark is kept, as JSON has none.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError('Not UTF-8', { cause });
  }
}
