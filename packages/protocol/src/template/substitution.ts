// The text of Fn::Sub: `${Name}`, `${Resource.Attribute}`, and `${!Literal}` which stays as `${Literal}`.

export type SubPart =
  | { readonly kind: 'text'; readonly text: string }
  /** A variable, parameter, pseudo parameter or resource. */
  | { readonly kind: 'name'; readonly name: string };

const REFERENCE = /\$\{([^}]*)\}/g;
const NAME = /^[A-Za-z0-9_.:]+$/;

/** Splits the text into parts, or answers the first name that Fn::Sub does not take. */
export function parseSub(text: string): { readonly parts: readonly SubPart[]; readonly badName?: string } {
  const parts: SubPart[] = [];
  let from = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    const name = (match[1] ?? '').trim();
    if (name.startsWith('!')) parts.push({ kind: 'text', text: `\${${name.slice(1)}}` });
    else if (NAME.test(name)) parts.push({ kind: 'name', name });
    else return { parts, badName: match[1] ?? '' };
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return { parts };
}
