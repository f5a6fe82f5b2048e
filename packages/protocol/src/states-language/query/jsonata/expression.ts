// What an expression is: a whole string `{% … %}`, with nothing before or behind. `" {% x %} "` is plain text
// (recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2/outputdecl).

export function isExpression(text: string): boolean {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');
}

/** What is between the signs, as sentences tell it. */
export function insideOf(text: string): string {
  return text.slice(2, -2).trim();
}
