// Why a pattern is refused. The sentence is the cloud's own, its location tail included, because people search for it.

/**
 * A pattern that Amazon EventBridge refuses.
 *
 * `message` is the reason: `Empty arrays are not allowed\n at [Source: (String)"…"; line: 1, column: 17]`. The service
 * puts `Event pattern is not valid. Reason: ` in front of it; {@link InvalidEventPatternError.reason} is its first line
 * alone.
 */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';

  /** The first line: the reason without the place. */
  get reason(): string {
    const end = this.message.indexOf('\n');
    return end === -1 ? this.message : this.message.slice(0, end);
  }
}

const SHOWN_CHARACTERS = 500;

/**
 * A place in the pattern, in the words of the cloud's JSON parser; `index` counts UTF-16 units from 0, -1 is before the
 * text.
 */
export function describePlace(source: string, index: number): string {
  const lines = source.slice(0, Math.max(index, 0)).split(/\r\n|\r|\n/);
  const column = index < 0 ? 0 : (lines.at(-1) ?? '').length + 1;
  const rest = source.length - SHOWN_CHARACTERS;
  const shown = source
    .slice(0, SHOWN_CHARACTERS)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped here
    .replace(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, (sign) => `\\u${hex4(sign)}`);
  const more = rest > 0 ? `[truncated ${rest} chars]` : '';
  return `[Source: (String)"${shown}"${more}; line: ${lines.length}, column: ${column}]`;
}

function hex4(sign: string): string {
  return sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
