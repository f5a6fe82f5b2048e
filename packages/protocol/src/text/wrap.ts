// Words onto lines, for pages.

/** Words onto lines of at most `width` signs; a longer word has a line of its own. */
export function wrapWords(text: string, width: number): string[] {
  const full: string[] = [];
  let last = '';
  for (const word of text.split(' ')) {
    if (last !== '' && last.length + 1 + word.length > width) {
      // Two blanks where a line ends: the second one is a word without letters.
      full.push(last.trimEnd());
      last = word;
    } else {
      last = last === '' ? word : `${last} ${word}`;
    }
  }
  return [...full, last];
}
