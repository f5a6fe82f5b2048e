// The local cloud as a library.
export { createClock, type MovableClock } from './clock.ts';
export type { Journal } from './journal.ts';
export { type Local, type LocalOptions, startLocal } from './local.ts';
