// The text of Fn::Sub: `${Name}`, `${Resource.Attribute}`, and `${!Literal}` which stays as `${Literal}`.

export type SubPart =
  | { readonly kind: 'text'; readonly text: string }
  /** A variable, parameter, pseudo parameter or resource. */
  | { readonly kind: 'name'; readonly name: string };

const NAME = /^[A-Za-z0-9_.:]+$/;

/** Splits the text into parts, or returns the first name that Fn::Sub does not take. A `${` without an end is text. */
export function parseSub(text: string): { readonly parts: readonly SubPart[]; readonly badName?: string } {
  const parts: SubPart[] = [];
  let from = 0;
  for (;;) {
    const opening = text.indexOf('${', from);
    const closing = opening < 0 ? -1 : text.indexOf('}', opening);
    if (closing < 0) break;
    if (opening > from) parts.push({ kind: 'text', text: text.slice(from, opening) });
    from = closing + 1;
    const written = text.slice(opening + 2, closing);
    const name = written.trim();
    if (name.startsWith('!')) parts.push({ kind: 'text', text: `\${${name.slice(1)}}` });
    else if (NAME.test(name)) parts.push({ kind: 'name', name });
    else return { parts, badName: written };
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return { parts };
}
