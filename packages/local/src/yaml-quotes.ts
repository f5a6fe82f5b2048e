// Quoted texts over several lines whose continuation is indented no deeper than their key. YAML asks for more, and the
// yaml package ends such a text at its first line; PyYAML, by which CloudFormation's and SAM's tools read templates,
// takes it. White space before a continuation is no part of the text, so it may be deeper.

/**
 * The document with the continuation lines of the quoted text indented far enough; lines keep their numbers.
 * `undefined` when there is no such text.
 * @param end where the package believes that the text ends without a closing quote
 */
export function indentQuotedText(document: string, end: number): string | undefined {
  const start = openingQuote(document, end);
  if (start === undefined) return undefined;
  const close = closingQuote(document, start);
  if (close === undefined) return undefined;
  const quoted = document.slice(start, close);
  const column = start - document.lastIndexOf('\n', start) - 1;
  const [first = '', ...more] = quoted.split('\n');
  const deeper = more.map((line) => (line.trim() === '' ? line : `${' '.repeat(column + 1)}${line.trimStart()}`));
  const indented = [first, ...deeper].join('\n');
  return indented === quoted ? undefined : document.slice(0, start) + indented + document.slice(close);
}

/** The last quote before a place that is not escaped. */
function openingQuote(document: string, end: number): number | undefined {
  for (let at = end - 1; at >= 0; at--) {
    const sign = document[at];
    if (sign === "'" && document[at - 1] === "'") at--;
    else if (sign === "'" || (sign === '"' && !isEscaped(document, at))) return at;
  }
  return undefined;
}

/** Just behind the quote that closes the one at `start`. */
function closingQuote(document: string, start: number): number | undefined {
  const quote = document[start];
  for (let at = start + 1; at < document.length; at++) {
    if (quote === '"' && document[at] === '\\') at++;
    else if (document[at] !== quote) continue;
    else if (quote === "'" && document[at + 1] === "'") at++;
    else return at + 1;
  }
  return undefined;
}

function isEscaped(document: string, at: number): boolean {
  let backslashes = 0;
  while (document[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
