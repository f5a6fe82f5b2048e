// Colour for pages, only where a person looks at them: a terminal, or whoever asks with FORCE_COLOR. NO_COLOR (https://no-color.org)
// always wins, and without colour a page says exactly the same.

/** Puts a style around text, or leaves it alone. */
export interface Paint {
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

const style = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
const plain = (text: string) => text;

/** Paint for the environment the test runs in. Vitest's workers are no terminals; it tells them with FORCE_TTY. */
export function choosePaint(environment: NodeJS.ProcessEnv = process.env, isTerminal = process.stdout.isTTY): Paint {
  const { NO_COLOR, FORCE_COLOR, FORCE_TTY, TERM } = environment as Record<string, string | undefined>;
  const asked = FORCE_COLOR ? FORCE_COLOR !== '0' : FORCE_TTY ? true : undefined;
  const coloured = !NO_COLOR && (asked ?? (isTerminal && TERM !== 'dumb'));
  return coloured
    ? { red: style(31, 39), green: style(32, 39), yellow: style(33, 39), dim: style(2, 22), bold: style(1, 22) }
    : { red: plain, green: plain, yellow: plain, dim: plain, bold: plain };
}

/** The text as `plain` paint would have left it. */
export function withoutPaint(text: string): string {
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');
}
