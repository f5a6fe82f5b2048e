// Globs of policies: `*` is any text, the empty one included, and `?` is one character. A regular expression made of
// one backtracks: `*a*a*a*a*b` against a hundred `a` takes minutes. Here only the last star ever takes more, for what
// stands before it stays matched by the leftmost characters that it can be matched by; so the steps are at most the
// glob's length times the text's.

/** Whether the whole text matches. */
export function matchesGlob(glob: string, text: string): boolean {
  let inGlob = 0;
  let inText = 0;
  // Behind the last star, and where the text that it does not take begins.
  let behindStar = -1;
  let restart = 0;
  while (inText < text.length) {
    const sign = glob[inGlob];
    if (sign === '*') {
      behindStar = ++inGlob;
      restart = inText;
    } else if (sign !== undefined && (sign === '?' || sign === text[inText])) {
      inGlob++;
      inText++;
    } else if (behindStar >= 0) {
      inGlob = behindStar;
      inText = ++restart;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === '*') inGlob++;
  return inGlob === glob.length;
}
