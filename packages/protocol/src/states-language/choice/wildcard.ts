// `StringMatches`: `*` is any run of signs, `\*` a star, `\\` a backslash.
//
// Source: Amazon States Language, "Data-test expression"; Step Functions developer guide, "Choice workflow state".

/** The work is one pass over the text for each piece between stars. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const pieces = splitAtStars(pattern);
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

function splitAtStars(pattern: string): readonly string[] {
  const pieces = [''];
  for (const [sign] of pattern.matchAll(/\\[\\*]|./gs)) {
    if (sign === '*') pieces.push('');
    else pieces.push(`${pieces.pop() ?? ''}${sign.length === 2 ? sign.slice(1) : sign}`);
  }
  return pieces;
}
