// Parameters as SAM takes them: `Stage=dev Name="a b"`, also the older `ParameterKey=Stage,ParameterValue=dev`, a list
// of such texts, or a table. Source: sam deploy, `--parameter-overrides`, and sam-cli's configuration file.

/** Names and values; undefined for what is none of that. */
export function parseOverrides(value: unknown): Record<string, string> | undefined {
  if (typeof value === 'string') return fromWords(words(value));
  if (Array.isArray(value)) {
    // An item of a list is one parameter, whatever blanks are in it.
    const items = value.map((item) => (typeof item === 'string' ? unquoteValue(item) : undefined));
    return items.every((item) => item !== undefined) ? fromWords(items) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).map(([name, one]) => [name, scalar(one)] as const);
  const named = entries.flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const]));
  return named.length === entries.length ? Object.fromEntries(named) : undefined;
}

function scalar(value: unknown): string | undefined {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : undefined;
}

function fromWords(parts: readonly string[]): Record<string, string> | undefined {
  const found: [string, string][] = [];
  for (const part of parts) {
    const old = /^ParameterKey=([^,]+),ParameterValue=(.*)$/s.exec(part);
    const [, name, value] = old ?? /^([^=]+)=(.*)$/s.exec(part) ?? [];
    if (name === undefined || value === undefined) return undefined;
    found.push([name.trim(), value]);
  }
  return Object.fromEntries(found);
}

/** Splits at blanks outside of quotes; quotes are taken away, `\"` is one. */
function words(text: string): string[] {
  const found: string[] = [];
  for (const [word] of text.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gs)) {
    found.push(word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs, unquote));
  }
  return found;
}

function unquoteValue(item: string): string {
  return item.replace(
    /^([^=]+=)(?:"((?:\\.|[^"\\])*)"|'([^']*)')$/s,
    (_, name: string, double?: string, single?: string) =>
      `${name}${double === undefined ? (single ?? '') : withoutBackslashes(double)}`,
  );
}

function unquote(_: string, double?: string, single?: string, escaped?: string): string {
  return double === undefined ? (single ?? escaped ?? '') : withoutBackslashes(double);
}

function withoutBackslashes(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}
