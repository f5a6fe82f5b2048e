/**
 * The text with the line of a place indented deeper than any other. Inside quotes and brackets the white space at the
 * start of a line means nothing. Lines keep their numbers.
 */
export function indentLine(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const deepest = Math.max(...(text.match(/^ */gm) ?? []).map((indentation) => indentation.length));
  return `${text.slice(0, start)}${' '.repeat(deepest + 1)}${text.slice(start).trimStart()}`;
}
