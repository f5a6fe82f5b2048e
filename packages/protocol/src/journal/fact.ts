// Every fact in an event's life, as the local cloud records it and the admin API returns it (JSON, one fact a line).
// The console shows it, `tail` prints it, `explain` reads it, a failing test quotes it. Secrets never enter: no request
// inputs, no header values, no connection secrets. Ids tie facts together: traceId (request → function → PutEvents),
// eventId (event → rules → deliveries), deliveryId (attempts of one event to one target), takenAs (delivery → the
// invocation or the message that it became), cache/topic/sequence (item → subscriptions).
//
// Evidence keeps facts for long: a member that was added later is optional, and a reader does without it. Long because
// every kind of fact has its shape here.

/**
 * A fact with its place in the journal. `seq` grows by one per fact; `at` is the clock's epoch milliseconds, with a
 * fraction.
 */
export type Fact = FactBody & { readonly seq: number; readonly at: number };

/** A fact of one kind, or of several. */
export type FactOf<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** What happened, before the journal gave it a number and a time. */
export type FactBody =
  // An AWS API call was answered (control plane and data plane alike).
  | {
      readonly kind: 'call';
      readonly service: string;
      readonly operation: string;
      readonly requestId: string;
      readonly account: string;
      readonly region: string;
      readonly status: number;
      readonly durationMs: number;
      readonly error?: { readonly code: string; readonly message: string };
      readonly traceId?: string;
      /** A fault that somebody put before what was called had its part in it. */
      readonly isInjected?: boolean;
    }
  // Policies did not let a caller do something. `message` is AWS's sentence, `hint` says what is missing.
  | {
      readonly kind: 'access.denied';
      readonly principal: string;
      readonly action: string;
      readonly resource: string;
      readonly message: string;
      readonly hint: string;
      readonly traceId?: string;
      /** Of a call that a delivery is. */
      readonly eventId?: string;
    }
  // Policies let a caller do something. Only while somebody watches; the account's own credentials are not asked about.
  | {
      readonly kind: 'access.allowed';
      readonly principal: string;
      readonly action: string;
      readonly resource: string;
      /** What says yes. `no such role`: a role that nobody made stands for its account. */
      readonly by: 'resource policy' | 'identity policy' | 'no such role';
      readonly traceId?: string;
      /** Of a call that a delivery is. */
      readonly eventId?: string;
    }
  // The guard turned a request away before its door read it: a foreign host name, or a web page of another site.
  | {
      readonly kind: 'request.refused';
      readonly door: string;
      readonly method: string;
      /** Without the query. */
      readonly path: string;
      readonly host: string;
      readonly origin?: string;
      readonly message: string;
    }
  // A request to a deployed API (API Gateway) came in, and was answered.
  | {
      readonly kind: 'request.received';
      readonly requestId: string;
      readonly apiId: string;
      readonly stage: string;
      readonly method: string;
      readonly path: string;
      readonly traceId: string;
    }
  // The function of its authorizer said whether the request may go on; `isKept`: it had said so before, and was not
  // asked. Why it may not, the answer says.
  | {
      readonly kind: 'request.authorized';
      readonly requestId: string;
      readonly authorizer: string;
      readonly outcome: 'allowed' | 'denied';
      readonly isKept?: true;
      /** Of its function, when it was asked. */
      readonly invocationId?: string;
      readonly traceId: string;
    }
  | {
      readonly kind: 'request.answered';
      readonly requestId: string;
      readonly status: number;
      readonly durationMs: number;
      readonly traceId: string;
      /** Why it was not the function's own answer: no such route, malformed proxy response, missing permission… */
      readonly reason?: string;
      /** What the caller got with a status of 500 or more, or with a reason: how the body begins, when it is text. */
      readonly body?: string;
    }
  | {
      readonly kind: 'function.invoked';
      readonly functionName: string;
      /** Also that of a further attempt at an asynchronous invocation. */
      readonly invocationId: string;
      readonly traceId?: string;
      /** Of an event source mapping: the queue and the messages of the batch. */
      readonly batch?: { readonly queueArn: string; readonly messageIds: readonly string[] };
      /** Of an event source mapping: the stream, and how many of its records. */
      readonly records?: { readonly sourceArn: string; readonly shardId: string; readonly count: number };
    }
  | {
      readonly kind: 'function.log';
      readonly functionName: string;
      readonly invocationId?: string;
      readonly stream: 'stdout' | 'stderr';
      readonly line: string;
    }
  /** It runs longer than its time-out, which is off while an inspector is open. */
  | {
      readonly kind: 'function.overdue';
      readonly functionName: string;
      readonly invocationId: string;
      readonly limitMs: number;
      readonly traceId?: string;
    }
  | {
      readonly kind: 'function.finished';
      readonly functionName: string;
      readonly invocationId: string;
      readonly durationMs: number;
      readonly outcome:
        | 'returned'
        | 'threw'
        | 'timed out'
        | 'out of memory'
        | 'exited'
        | 'failed to load'
        | 'stands in'
        // Lambda took the event for later, and did not begin: no such function any more, no concurrency left.
        | 'was not started';
      /** `stack`: the frames as V8 writes them, mapped to the sources. */
      readonly error?: { readonly name: string; readonly message: string; readonly stack?: readonly string[] };
      readonly traceId?: string;
    }
  // A function returned, and left messages of its batch to their queue: they become visible again.
  | {
      readonly kind: 'batch.returned';
      readonly functionName: string;
      readonly invocationId: string;
      readonly queueArn: string;
      /** Those that go back. */
      readonly messageIds: readonly string[];
      /** Messages in the batch. */
      readonly of: number;
    }
  // A message was received too often: its queue's redrive policy moved it to the dead-letter queue.
  | {
      readonly kind: 'message.redriven';
      /** Where it came from. */
      readonly queueArn: string;
      readonly deadLetterQueueArn: string;
      /** The same in both queues. */
      readonly messageId: string;
      /** How often it had been received. */
      readonly receives: number;
      readonly traceId?: string;
    }
  // Amazon SNS: a message was published to a topic, and taken by some of its subscriptions.
  | {
      readonly kind: 'notification.published';
      readonly topicArn: string;
      readonly messageId: string;
      readonly sizeBytes: number;
      readonly text: string;
      readonly requestId: string;
      /** How many confirmed subscriptions take it, and how many do not because of their filter policies. */
      readonly subscriptions: number;
      readonly filtered: number;
      readonly traceId?: string;
    }
  // Queues took it at the first attempt, all of these together.
  | {
      readonly kind: 'notification.delivered';
      readonly topicArn: string;
      readonly messageId: string;
      readonly to: readonly {
        readonly subscriptionArn: string;
        readonly endpoint: string;
        /** Id of the queue's message. */
        readonly takenAs: string;
      }[];
      readonly traceId?: string;
    }
  | (NotificationRef & {
      readonly kind: 'notification.attempted';
      readonly attempt: number;
      readonly durationMs: number;
      /** Of an HTTP endpoint. */
      readonly status?: number;
    } & (
        | { readonly outcome: 'delivered'; readonly takenAs?: string }
        | { readonly outcome: 'retry'; readonly reason: string; readonly retryAt: number }
        | { readonly outcome: 'failed'; readonly reason: string }
      ))
  | (NotificationRef & {
      readonly kind: 'notification.dead-lettered';
      readonly queueArn: string;
      readonly attempts: number;
      readonly reason: string;
      /** Id of the queue's message. */
      readonly takenAs?: string;
    })
  | (NotificationRef & {
      readonly kind: 'notification.dropped';
      readonly attempts: number;
      readonly reason: string;
    })
  // Something that this cloud does not serve was reached. It stands in for the real thing: beyond this fact, nothing
  // happens.
  | {
      readonly kind: 'stand-in.received';
      /** The resource's logical id in its template; without one, the last part of its ARN, or its service's name. */
      readonly name: string;
      /** `AWS::Cognito::UserPool`; of what no template made, the service: `cognito-idp`. */
      readonly type: string;
      /** What led there: a target, an invocation, a function's destination or dead letters, an integration, a call. */
      readonly via: 'rule' | 'schedule' | 'pipe' | 'invocation' | 'destination' | 'integration' | 'authorizer' | 'call';
      readonly arn?: string;
      /** Of an API call; `isScripted`: a test had an answer for it, so that nothing was missing. */
      readonly operation?: string;
      readonly isScripted?: true;
      /** What it received, as JSON text; that of an API call is not kept. */
      readonly input?: string;
      readonly eventId?: string;
      readonly traceId?: string;
    }
  // PutEvents: an entry became an event, or was refused.
  | {
      readonly kind: 'event.accepted';
      readonly eventId: string;
      readonly bus: string;
      readonly source: string;
      readonly detailType: string;
      readonly sizeBytes: number;
      /** The whole envelope as JSON text. */
      readonly event: string;
      readonly requestId: string;
      readonly traceId?: string;
    }
  | {
      readonly kind: 'entry.rejected';
      readonly requestId: string;
      readonly bus: string;
      readonly index: number;
      readonly code: string;
      readonly message: string;
      readonly traceId?: string;
    }
  // Rules were asked. `bus.missing`: AWS accepts and drops the event; we say so.
  | {
      readonly kind: 'bus.missing';
      readonly eventId: string;
      readonly bus: string;
      /** Of the call that sent it there; absent of what another bus handed on. */
      readonly requestId?: string;
      readonly traceId?: string;
    }
  | {
      readonly kind: 'rule.matched';
      readonly eventId: string;
      readonly bus: string;
      readonly rule: string;
      readonly targets: number;
    }
  | { readonly kind: 'event.unmatched'; readonly eventId: string; readonly bus: string; readonly rules: number }
  // Deliveries: one event to one target. What the target gets, once for each delivery, only while somebody watches.
  // `input`: what the target's Input, InputPath or InputTransformer made of the event; absent, it is the event itself.
  | (DeliveryRef & { readonly kind: 'delivery.shaped'; readonly input?: string })
  | (DeliveryRef & {
      readonly kind: 'delivery.attempted';
      readonly attempt: number;
      readonly durationMs: number;
    } & AttemptOutcome)
  | (DeliveryRef & { readonly kind: 'delivery.delayed'; readonly until: number; readonly reason: string })
  | (DeliveryRef & {
      readonly kind: 'delivery.dead-lettered';
      readonly queueArn: string;
      readonly attempts: number;
      /** Id of the message. */
      readonly takenAs?: string;
    } & Failure)
  | (DeliveryRef & { readonly kind: 'delivery.dropped'; readonly attempts: number } & Failure)
  // A bucket's notification: one change of an object to one destination of its notification configuration.
  | ({
      readonly kind: 'bucket.notified';
      readonly bucket: string;
      /** `ObjectCreated:Put`, or `s3:TestEvent`, which has no key. */
      readonly event: string;
      readonly key?: string;
      /** The Id in the bucket's notification configuration. */
      readonly configurationId: string;
      readonly targetArn: string;
      readonly attempt: number;
      readonly durationMs: number;
      readonly traceId?: string;
    } & AttemptOutcome)
  // Scheduler: a schedule's time came, and its target was called; or the target did not take it.
  | (ScheduleRef & {
      readonly kind: 'schedule.attempted';
      readonly executionId: string;
      readonly attempt: number;
      readonly durationMs: number;
    } & AttemptOutcome)
  | (ScheduleRef & {
      readonly kind: 'schedule.failed';
      readonly attempts: number;
      /** The dead-letter queue that has it, and what that calls it; absent of what is gone. */
      readonly queueArn?: string;
      readonly takenAs?: string;
    } & Failure)
  // A schedule was deleted after its last invocation, as it says itself (ActionAfterCompletion).
  | { readonly kind: 'schedule.completed'; readonly scheduleArn: string }
  // Pipes: messages of a queue that no filter lets through were deleted; others went through the pipe.
  | (PipeRef & { readonly kind: 'pipe.filtered'; readonly messageIds: readonly string[] })
  | (PipeRef & {
      readonly kind: 'pipe.passed';
      readonly targetArn: string;
      readonly durationMs: number;
      readonly messageIds: readonly string[];
      /** Those that go back to their queue. */
      readonly returned: readonly string[];
      /** The enrichment answered with nothing, so that the target was not called. */
      readonly isSkipped?: true;
      readonly failure?: Failure;
    })
  // Streams: records that no filter of a function or a pipe lets through were passed over.
  | (RecordsRef & {
      readonly kind: 'records.filtered';
      /** Records that were read, these included. */
      readonly of: number;
    })
  // The consumer of a batch failed, or named records that it did not take: they block their shard until they are done
  // with.
  | (RecordsRef & {
      readonly kind: 'records.failed';
      /** Records in the batch. */
      readonly of: number;
      /** 0: it did not come to its consumer. */
      readonly attempt: number;
      readonly durationMs: number;
      readonly next: 'tried again' | 'halved' | 'given up';
      readonly retryAt?: number;
      readonly failure: Failure;
    })
  // They were given up: too many attempts, or too old.
  | (RecordsRef & {
      readonly kind: 'records.discarded';
      readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
      readonly attempts: number;
      /** What has the record of it; absent when nothing is to have it. */
      readonly destinationArn?: string;
      /** What kept it from going there. */
      readonly failure?: Failure;
    })
  // Time to live: an item was deleted when the clock had passed what it says.
  | {
      readonly kind: 'item.expired';
      readonly tableArn: string;
      /** Its key as JSON text, in the types of DynamoDB. */
      readonly key: string;
    }
  // Step Functions: an execution began, came to its states one by one, and ended.
  | (ExecutionRef & { readonly kind: 'execution.started'; readonly type: 'STANDARD' | 'EXPRESS' })
  | (ExecutionRef & { readonly kind: 'execution.redriven' })
  | (ExecutionRef & {
      readonly kind: 'state.entered';
      readonly state: string;
      readonly type: string;
      /** Of a Wait: for how long it waits. */
      readonly waitMs?: number;
    })
  // A task was called, once; of an activity or a callback, the call that hands it out.
  | (ExecutionRef & {
      readonly kind: 'task.attempted';
      readonly state: string;
      /** As the definition names it. */
      readonly resource: string;
      readonly attempt: number;
      readonly durationMs: number;
      /** A test said what it answers: nothing was called. */
      readonly isMocked?: true;
      /** What it brought about: the id of an invocation, the ARN of an execution. */
      readonly takenAs?: string;
    } & (
        | { readonly outcome: 'succeeded' }
        /** Its result is still to come: of a callback, another execution, a worker. */
        | { readonly outcome: 'waits' }
        | { readonly outcome: 'failed'; readonly error: string; readonly cause: string }
      ))
  // A state failed, and what its definition makes of it: it is tried again, caught, or its execution fails.
  | (ExecutionRef & {
      readonly kind: 'state.failed';
      readonly state: string;
      readonly error?: string;
      readonly cause?: string;
      readonly next: 'tried again' | 'caught' | 'not caught';
      /** Of one that is tried again: the attempt that comes, how many there may be, and after how long. */
      readonly retry?: { readonly attempt: number; readonly attempts: number; readonly inMs: number };
    })
  | (ExecutionRef & {
      readonly kind: 'execution.ended';
      readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly durationMs: number;
      readonly error?: string;
      readonly cause?: string;
      /** Of one that failed: the state with which it did. */
      readonly state?: string;
    })
  // Topics.
  | {
      readonly kind: 'topic.published';
      readonly cache: string;
      readonly topic: string;
      readonly sequencePage: number;
      readonly sequenceNumber: number;
      readonly sizeBytes: number;
      /** The message when it is text. */
      readonly text?: string;
      readonly via: 'http' | 'grpc';
    }
  | {
      readonly kind: 'topic.refused';
      readonly cache: string;
      readonly topic: string;
      /** Of the event that the message is, when it is one. */
      readonly eventId?: string;
      /** Of a message that is too large: its size, and what the topic takes. */
      readonly sizeBytes?: number;
      readonly maxBytes?: number;
      readonly code: string;
      readonly message: string;
      readonly via: 'http' | 'grpc';
    }
  // A webhook was called for an item, once: with the status of its answer, or why there was none.
  | {
      readonly kind: 'webhook.called';
      readonly cache: string;
      readonly topic: string;
      readonly sequencePage: number;
      readonly sequenceNumber: number;
      readonly webhook: string;
      /** Without its query. */
      readonly url: string;
      readonly status?: number;
      readonly cause?: string;
    }
  | {
      readonly kind: 'subscription.opened';
      readonly cache: string;
      readonly topic: string;
      readonly subscriptionId: string;
      readonly via: 'http' | 'grpc';
    }
  | {
      readonly kind: 'subscription.received';
      readonly cache: string;
      readonly topic: string;
      readonly subscriptionId: string;
      readonly sequencePage: number;
      readonly sequenceNumber: number;
    }
  // A reader fell so far behind that items were dropped before it could take them; a discontinuity reported it.
  | {
      readonly kind: 'subscription.skipped';
      readonly cache: string;
      readonly topic: string;
      readonly subscriptionId: string;
      readonly sequencePage: number;
      readonly firstMissed: number;
      readonly lastMissed: number;
    }
  | {
      readonly kind: 'subscription.closed';
      readonly cache: string;
      readonly topic: string;
      readonly subscriptionId: string;
      readonly reason: string;
    }
  // Stacks.
  | {
      readonly kind: 'stack';
      readonly stack: string;
      readonly logicalId: string;
      readonly resourceType: string;
      readonly status: string;
      readonly physicalId?: string;
      readonly reason?: string;
    }
  // A reader of the journal's stream was slower than the journal drops facts. Stands in the stream only, and has the
  // number of the last fact that was missed.
  | { readonly kind: 'journal.skipped'; readonly firstMissed: number; readonly lastMissed: number }
  // Nodes of one cloud that share a backbone, as the one sees it that wrote this.
  | {
      readonly kind: 'node';
      /** `gone`: it left, or another one took it for dead. `expelled`: this one was taken for dead, and joins again. */
      readonly what: 'joined' | 'gone' | 'taken for dead' | 'expelled';
      readonly node: string;
      readonly address: string;
    }
  // This node keeps the shard from now on: its queues and jobs were nobody's since its keeper was gone.
  | { readonly kind: 'shard.taken'; readonly shard: string; readonly from?: string }
  // The cloud around it.
  | { readonly kind: 'clock.advanced'; readonly byMs: number }
  | { readonly kind: 'warning'; readonly about: string; readonly message: string }
  | { readonly kind: 'fault'; readonly about: string; readonly message: string; readonly stack?: string };

/** Names one delivery: one event to one target of one rule. */
export interface DeliveryRef {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly bus: string;
  readonly rule: string;
  readonly targetId: string;
  readonly targetArn: string;
}

/** Names one delivery of Amazon SNS: one message to one subscription. */
export interface NotificationRef {
  readonly topicArn: string;
  readonly messageId: string;
  readonly subscriptionArn: string;
  readonly protocol: string;
  /** ARN, or URL without its query. */
  readonly endpoint: string;
  readonly traceId?: string;
}

/** Names one execution of a state machine. */
export interface ExecutionRef {
  readonly executionArn: string;
  readonly traceId?: string;
}

/** Names one invocation of a schedule's target. */
export interface ScheduleRef {
  readonly scheduleArn: string;
  readonly targetArn: string;
  /** When it was planned for, epoch ms. */
  readonly scheduledAt: number;
}

export interface PipeRef {
  readonly pipeArn: string;
  readonly sourceArn: string;
}

/** Names records of one shard, and who takes them. */
export interface RecordsRef {
  /** ARN of the function or the pipe. */
  readonly consumerArn: string;
  /** ARN of the stream. */
  readonly sourceArn: string;
  readonly shardId: string;
  /** How many it is about. */
  readonly records: number;
}

/** How one attempt ended. `status` and `url` are those of an HTTP target. */
export type AttemptOutcome = {
  readonly status?: number;
  readonly url?: string;
  /** A fault that somebody put before the target had its part in it. */
  readonly isInjected?: boolean;
} & (
  | {
      readonly outcome: 'delivered';
      /** What the target calls it: the message of a queue, the invocation of a function. */
      readonly takenAs?: string;
    }
  | ({ readonly outcome: 'retry'; readonly retryAt: number } & Failure)
  | ({ readonly outcome: 'failed' } & Failure)
);

/** Why a delivery failed: EventBridge's code and sentence; of a notification, those of the service it went to. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** In a few words, where the code does not say it: `connection refused`. */
  readonly cause?: string;
}
