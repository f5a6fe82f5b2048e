// What a function answers. Every runtime sends JSON, unless the function made bytes of its own; those are passed on as
// they are.

/** The value of a payload; of one that is not JSON, its text. */
export function parsePayload(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
