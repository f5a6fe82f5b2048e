// The order of keys: that of their UTF-8 bytes. JavaScript compares UTF-16, where signs outside of the basic plane
// (emoji) stand before U+E000 to U+FFFF.

/** Negative: `one` comes first. */
export function compareKeys(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (a !== b) return placeOf(a) - placeOf(b);
  }
  return one.length - other.length;
}

/** Surrogates, of which the signs outside of the basic plane consist, come behind everything else. */
function placeOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
