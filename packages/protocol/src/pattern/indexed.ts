// The matcher for many patterns.
export { createLinearMatcher as createMatcher } from './linear.ts';
