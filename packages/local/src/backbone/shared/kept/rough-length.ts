/** About how many characters plain data has as JSON. */
export function roughLength(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 6;
  let length = 2;
  if (Array.isArray(value)) for (const item of value) length += roughLength(item) + 1;
  else for (const [key, member] of Object.entries(value)) length += key.length + 4 + roughLength(member);
  return length;
}
