// The door of the test kit.

export {
  type ContractsConfig,
  defineConfig,
  type EarwitnessConfig,
  type StackConfig,
  type StackContext,
} from './config.ts';
export { type DeadLetter, type DeadLetters, deadLetters, type ExpectedDeadLetter } from './dead-letters.ts';
export {
  ConfigurationError,
  ConnectionLostError,
  ContractBrokenError,
  EarwitnessError,
  EventNotReceivedError,
  InconclusiveError,
  SubscriptionClosedError,
  UnawaitedWaitError,
  UnexpectedEventError,
} from './errors.ts';
export type { AnyEvents, EventBridgeEvent, EventMap, EventOf, KnownEvents, Message, Received } from './event.ts';
export { allOf, anyOf, arrayContaining, not } from './expectation/combine.ts';
export { type Expectation, ExpectationError } from './expectation/expectation.ts';
export type { Expected } from './expectation/expected.ts';
export { type JsonSchemaExpectation, jsonSchema } from './expectation/json-schema.ts';
export { pattern } from './expectation/pattern.ts';
export {
  type Gap,
  type Item,
  type OpenTransport,
  type Transport,
  TransportError,
  type TransportListener,
} from './hearing/transport.ts';
export type { WaitOptions } from './hearing/wait.ts';
export type { SubscribeOptions } from './settings.ts';
export { subscribe } from './subscribe.ts';
export type { Subscription } from './subscription.ts';
export { type AppSyncRoute, createAppSyncTransport } from './transport/appsync/events.ts';
export { type BusOptions, createBusTransport } from './transport/bus/bus.ts';
export type { CanaryOptions } from './transport/canary.ts';
export { MemoryTopic } from './transport/memory.ts';
export { createSqsTransport, type QueueMessage, type SqsOptions } from './transport/sqs.ts';
export type { SettleOptions } from './verbs/exactly.ts';
