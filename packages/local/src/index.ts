// The local cloud as a library.
export { createClock, type MovableClock } from './clock.ts';
export { DeploymentError, type StackSource } from './deploy.ts';
export { OptionError } from './http/guard.ts';
export type { TrustFiles } from './http/trust.ts';
export type { Journal, JournalQuery, JournalSize } from './journal.ts';
export { type Local, type LocalOptions, startLocal } from './local.ts';
export { UnknownBusError } from './relay.ts';
