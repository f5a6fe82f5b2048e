// The event pattern engine: `@earwitness/protocol/pattern`. See README.md.

export type { Closest, Explanation, FieldExplanation, FoundValue } from './explanation/explain.ts';
export { explain } from './explanation/explain.ts';
export { renderExplanation } from './explanation/render.ts';
export { createMatcher } from './indexed/matcher.ts';
export { InvalidEventPatternError } from './language/refusal.ts';
export { createLinearMatcher } from './linear.ts';
export type { Matcher, MatchOptions } from './matcher.ts';
export { parsePattern } from './parse.ts';
export type { Pattern } from './pattern.ts';
