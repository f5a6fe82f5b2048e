// The local cloud as a library.
export {
  type Assessment,
  isGreen,
  type StandsIn,
  type Surroundings,
  type ToGive,
  type Wrong,
} from './assessment/assessment.ts';
export { type Assessor, createAssessor } from './assessment/assessor.ts';
export { assessmentPage } from './assessment/page.ts';
export type { NatsOptions } from './backbone/nats/address.ts';
export { BackboneError } from './backbone/nats/problem.ts';
export { createClock, type MovableClock } from './clock/clock.ts';
export { DeploymentError, type StackSource } from './deploying/deploy.ts';
export { UnknownBusError } from './deploying/relay.ts';
export { unpackZip } from './functions/code/unpack.ts';
export { OptionError } from './http/guard.ts';
export { type TrustFiles, type UserAuthority, userAuthority } from './http/trust.ts';
export type { Journal, JournalQuery, JournalSize } from './journal/journal.ts';
export { type Local, type LocalOptions, startLocal } from './local.ts';
export { type SavedJournalOptions, type ServedJournal, serveSavedJournal } from './saved-journal/saved-journal.ts';
