// How each shell, and each file of variables, sets and takes away a variable. A value never runs anything: it stands
// between quotes in which nothing has a meaning, or in which what has is escaped.

export interface Shell {
  /** How a variable is set; `undefined` when the value cannot be written there. */
  set(name: string, value: string): string | undefined;
  /** How one is taken away; absent where there is no such thing. */
  unset?(name: string): string;
}

export type ShellName = 'sh' | 'fish' | 'pwsh' | 'dotenv';

export const SHELLS: Readonly<Record<ShellName, Shell>> = {
  // Between single quotes nothing has a meaning but their end. Source: POSIX.1-2024, Shell Command Language, 2.2.2.
  sh: {
    set: (name, value) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
    unset: (name) => `unset ${name}`,
  },
  // Between single quotes, a backslash before a quote or another backslash. Source: fish, "The fish language", Quotes.
  fish: {
    set: (name, value) => `set -gx ${name} '${value.replaceAll(/[\\']/g, '\\$&')}'`,
    unset: (name) => `set -e ${name}`,
  },
  // A quote is doubled, and curly ones count as quotes, too. Source: PowerShell, about_Quoting_Rules; its tokenizer.
  pwsh: {
    set: (name, value) => `$env:${name} = '${value.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`,
    unset: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
  },
  // Bare where every reader takes it so (Docker's takes quotes for a part of the value); else in the quotes that the
  // value does not have. Node's own reader knows three kinds, and no escapes but \n between double ones.
  dotenv: {
    set(name, value) {
      if (/^[\w./:@%+,=-]*$/.test(value)) return `${name}=${value}`;
      const quote = ["'", '`', '"'].find((one) => !value.includes(one) && !(one === '"' && value.includes('\\')));
      return quote === undefined ? undefined : `${name}=${quote}${value}${quote}`;
    },
  },
};

/** Whether shells take it as the name of a variable. */
export function isShellName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}
