// A message's attributes as the object that filter policies of the scope MessageAttributes look at.

/** An attribute as it travels: `value` is text, of Binary its base64. */
export interface FilteredAttribute {
  /** `String`, `String.Array`, `Number`, `Binary`, or one of them with an ending of one's own. */
  readonly type: string;
  readonly value: string;
}

/**
 * JSON text of an object with a member for each attribute that can be compared. Source: SNS developer guide, "Message
 * attributes": String, String.Array (by element: strings, numbers, true, false, null) and Number; Binary never.
 */
export function attributesText(attributes: Readonly<Record<string, FilteredAttribute>>): string {
  const members: string[] = [];
  for (const [name, { type, value }] of Object.entries(attributes)) {
    const text = memberText(type, value);
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${members.join(',')}}`;
}

function memberText(type: string, value: string): string | undefined {
  if (type === 'String.Array') return arrayText(value) ?? JSON.stringify(value);
  if (type.startsWith('Number')) return isNumber(value) ? value.trim() : JSON.stringify(value);
  return type.startsWith('Binary') ? undefined : JSON.stringify(value);
}

/** The elements' text as it is, so that numbers keep their spelling. */
function arrayText(value: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    if (!Array.isArray(parsed)) return undefined;
    return parsed.some((one) => typeof one === 'object' && one !== null) ? JSON.stringify(parsed) : value;
  } catch {
    return undefined;
  }
}

/** A number as JSON writes it. */
function isNumber(value: string): boolean {
  return /^\s*-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?\s*$/.test(value);
}
