// CSV as an item reader reads it: RFC 4180 with other delimiters. Every value is text. A line ends with LF or CRLF.
// Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/scenarios/test_base_scenarios).

/** The cells of each line that has one. */
export function parseCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endRow = () => {
    row.push(cell);
    // An empty line is no item.
    if (row.length > 1 || cell !== '') rows.push(row);
    row = [];
    cell = '';
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else isQuoted = false;
    } else if (sign === '"' && cell === '') isQuoted = true;
    else if (sign === delimiter) {
      row.push(cell);
      cell = '';
    } else if (sign === '\n') endRow();
    else if (!(sign === '\r' && text[at + 1] === '\n')) cell += sign;
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

/** Each row as an object. Missing cells are empty; cells beyond the headers are left out. */
export function itemsOfRows(
  rows: readonly (readonly string[])[],
  headers: readonly string[],
): Record<string, string>[] {
  return rows.map((cells) => Object.fromEntries(headers.map((header, index) => [header, cells[index] ?? ''])));
}
