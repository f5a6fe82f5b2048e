// The door of the test kit.

// # Subscribe and wait

export type { WaitOptions } from './hearing/wait.ts';
export type { SubscribeOptions } from './settings.ts';
export { subscribe } from './subscribe.ts';
export type { Subscription } from './subscription.ts';
export type { CanaryOptions } from './transport/canary.ts';
export type { SettleOptions } from './verbs/exactly.ts';

// # Expect

export { allOf, anyOf, arrayContaining, not } from './expectation/combine.ts';
export type { Expectation } from './expectation/expectation.ts';
export type { Expected } from './expectation/expected.ts';
export { type JsonSchemaExpectation, jsonSchema } from './expectation/json-schema.ts';
export { pattern } from './expectation/pattern.ts';

// # Read what was heard

export type { EventBridgeEvent, Message, Received } from './event.ts';

// # Type your events

export type { AnyEvents, EventMap, EventOf, KnownEvents } from './event.ts';

// # Await dead letters

export { type DeadLetter, type DeadLetters, deadLetters, type ExpectedDeadLetter } from './records/dead-letters.ts';

// # Await what stands in

export { type ExpectedRecord, type StandIn, standIn } from './records/stand-in.ts';

// # Read one record

export type { Reader } from './records/reader.ts';

// # Understand a failure

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
export { ExpectationError } from './expectation/expectation.ts';
export { TransportError } from './hearing/transport.ts';

// # Configure a project

export {
  type ContractsConfig,
  defineConfig,
  type EarwitnessConfig,
  type StackConfig,
  type StackContext,
} from './config.ts';

// # Listen in another way

export type { Gap, Item, OpenTransport, Transport, TransportListener } from './hearing/transport.ts';
export { type AppSyncRoute, createAppSyncTransport } from './transport/appsync/events.ts';
export { type BusOptions, createBusTransport } from './transport/bus/bus.ts';
export { MemoryTopic } from './transport/memory.ts';
export { createSqsTransport, type QueueMessage, type SqsOptions } from './transport/sqs.ts';
