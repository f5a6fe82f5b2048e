// The patterns of service models, as JavaScript runs them. They are Java's and match the whole value. They come from
// AWS and not from outside, but some of them backtrack without end: `[ \t]*x+([ \t]+x+)*`, where x may be a blank,
// against 60 blanks and a control character. Those are written otherwise here, so that the same values match; a test
// holds every pattern of the models to linear time. A refusal quotes the model's own.

const LINEAR: Readonly<Record<string, string>> = {
  // Events' AuthHeaderParameters and HeaderValue. A blank is one of the characters, so the groups only say: with a tab
  // anywhere.
  '^[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*$':
    '\\t*[^\\x00-\\x1F:\\x7F][^\\x00-\\x08\\x0A-\\x1F:\\x7F]*',
  '^[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*$': '\\t*[\\x20-\\x7E][\\t\\x20-\\x7E]*',
  // Events' ArchiveArn. The first slash behind the first character will do, if any will.
  '^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:.+\\/.+$':
    'arn:aws[a-z-]*:events:[a-z\\d-]*:([0-9]{12})?:.[^\\/\\n\\r\\u2028\\u2029]*\\/.+',
};

/**
 * Most patterns read the same with the flag `u` (needed for `\p{…}`); those with escapes that it refuses are read
 * without it.
 */
export function compileModelPattern(pattern: string): RegExp {
  const source = `^(?:${LINEAR[pattern] ?? pattern})$`;
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}
