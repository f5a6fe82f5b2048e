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

export type { AnyEvents, EventMap, EventOf, KnownEvents, OtherMessages } from './event.ts';

// # Await dead letters

export type {
  DeadLetter,
  ExpectedDeadLetter,
  FailedInvocation,
  InvocationRecord,
  MatchedDeadLetter,
  RedrivenMessage,
  UndeliveredEvent,
} from './records/dead-letter.ts';
export { type DeadLetters, type DeadLettersOptions, deadLetters } from './records/dead-letters.ts';

// # Await what stands in

export { type ExpectedRecord, type StandIn, standIn } from './records/stand-in.ts';

// # Work with the cloud

export type {
  BusState,
  CloudState,
  FunctionState,
  QueueState,
  ResourceState,
  StackState,
} from '@earwitness/protocol/internal/admin/cloud-state';
export type { Fact } from '@earwitness/protocol/internal/journal/fact';
export { type Cloud, type CloudTime, cloud } from './cloud/cloud.ts';
export { execution } from './cloud/executions/await-execution.ts';
export type {
  Execution,
  ExecutionOptions,
  ExecutionStatus,
  StartedExecution,
} from './cloud/executions/execution.ts';
export type { TaskResult, TaskResults } from './cloud/executions/task-results.ts';
export type { Fault, FaultOptions, FaultRemover } from './cloud/fault.ts';
export type { Invocation } from './cloud/invocation.ts';
export type { ExpectedItem, TableItem, TableItems } from './cloud/items/items.ts';
export type { JournalOptions, JournalPage } from './cloud/journal.ts';
export type { LogLine, LogOptions } from './cloud/log.ts';
export type { EventToSend, SentEvent } from './cloud/sending.ts';

// # Stand in for a partner

export type { DestinationAnswer, DestinationAnswers } from './partner/answer.ts';
export type { FakeDestination, FakeDestinationOptions } from './partner/destination.ts';
export { fakeDestination } from './partner/fake-destination.ts';
export type { DestinationRequest, ExpectedRequest } from './partner/request.ts';

// # Read one record

export type { Reader } from './records/reader.ts';

// # Understand a failure

export {
  ConfigurationError,
  ConnectionLostError,
  ContractBrokenError,
  EarwitnessError,
  EventNotReceivedError,
  ExecutionError,
  InconclusiveError,
  InvocationError,
  NotLocalError,
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
export { createSnsTransport, type SnsOptions } from './transport/sns/sns.ts';
export { createSqsTransport, type QueueMessage, type SqsOptions, type SqsTransport } from './transport/sqs.ts';
