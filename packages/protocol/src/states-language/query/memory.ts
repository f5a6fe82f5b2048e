// What was read once is kept: a machine evaluates the same few texts again and again.

/** Ours: longer texts are read each time. */
const LENGTH_MAX = 10_000;

/** @param limit how many are kept; when there are more, all are forgotten */
export function remember<T>(limit: number, make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (text.length > LENGTH_MAX) return made;
    if (known.size >= limit) known.clear();
    known.set(text, made);
    return made;
  };
}
