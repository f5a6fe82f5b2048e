// The event pattern engine: `@earwitness/protocol/pattern`. See README.md.

export { createMatcher } from './indexed.ts';
export { InvalidEventPatternError } from './language/refusal.ts';
export { createLinearMatcher } from './linear.ts';
export type { Matcher, MatchOptions } from './matcher.ts';
export { parsePattern } from './parse.ts';
export type { Pattern } from './pattern.ts';
