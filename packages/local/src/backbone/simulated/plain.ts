// What crosses the wire is text: a live object, a member that JSON does not know or a value that is changed afterwards
// is found by the tests that run on it.

export function toText(value: unknown): string {
  return JSON.stringify(value);
}

/** Parses what `toText` made of a `Value`, and freezes it in depth. */
export function fromText<Value>(text: string): Value {
  const value = JSON.parse(text);
  freeze(value);
  return value;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}
