// A handler that its file does not have, as far as the file's text tells without being run. A doubt and no more: the
// function is made on AWS, too, and fails when it is invoked.
import { nearest } from '@earwitness/protocol/internal/text/nearest';

export interface Doubt {
  readonly message: string;
  /** What to do, where it can be said. */
  readonly mend?: string;
}

interface Language {
  /** Finds the names that a text gives to functions. */
  readonly declared: RegExp;
  /** Whether a text may have names that do not stand in it. */
  readonly takesOver: RegExp;
}

export const NODE: Language = {
  declared: /\bexports\.([\w$]+)\s*=|^export\s+(?:async\s+)?(?:const|let|var|function)\s*\*?\s*([\w$]+)/gm,
  takesOver:
    /\bexport\s*\*|module\.exports\s*=\s*(?:[^{\s]|\{[^}]*\.\.\.)|exports\s*\[|(?:assign|defineProperty)\s*\(\s*(?:module\.)?exports/,
};

export const PYTHON: Language = {
  declared: /^(?:async\s+)?def\s+(\w+)/gm,
  takesOver: /\bimport\s+\*|\bglobals\(\)|\b__getattr__\b|\bexec\(/,
};

/** `undefined` when the name stands anywhere in the text, or the text takes names over from elsewhere. */
export function findLackingHandler(
  { file, text, name }: { readonly file: string; readonly text: string; readonly name: string },
  { declared, takesOver }: Language,
): Doubt | undefined {
  const words: readonly string[] = text.match(/[\w$]+/g) ?? [];
  if (words.includes(name) || takesOver.test(text)) return undefined;
  const known = [...text.matchAll(declared)].map(([, first, second]) => first ?? second ?? '');
  const meant = nearest(name, known) ?? (known.length === 1 ? known[0] : undefined);
  return { message: `${file} has no ${name}`, ...(meant !== undefined && { mend: `did you mean ${meant}?` }) };
}

/** Why a handler in another file than that of code in a template is not there. */
export function inlineHandlerText(handler: string, file: string): string {
  return `The handler's file was not found: code in a template is ${file}, and the handler is '${handler}'.`;
}
