// A stream, and who takes its records.
import type { Call } from '../call.ts';

/** On whose behalf records are read. */
export type Origin = Omit<Call, 'requestId'>;

/** A record as a consumer gets it. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  /** `eventID` of the event: of Kinesis the shard's id and the number. */
  readonly eventId: string;
  /** When it was written: epoch ms. */
  readonly at: number;
  /** The event as JSON text. */
  readonly text: string;
  /** Makes what filters look at. */
  readonly open: () => object;
}

/** Where reading begins in a stream that was not read before. `at`: epoch ms. */
export type StartingPosition =
  | { readonly type: 'TRIM_HORIZON' }
  | { readonly type: 'LATEST' }
  | { readonly type: 'AT_TIMESTAMP'; readonly at: number };

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What became of a batch. */
export type Taken =
  | { readonly outcome: 'done' }
  | {
      readonly outcome: 'failed';
      readonly failure: Failure;
      /** The first record that was not taken, by its place in the batch; those before it are done with. */
      readonly firstFailed?: number;
      /** The batch came to nobody: that is no attempt. */
      readonly isUnreached?: true;
      /** Of the invocation, for the record of a failure. */
      readonly requestId?: string;
      /** It ended badly, where else it returned and named what failed. */
      readonly functionError?: string;
    };

/** Which records, where they themselves may be gone. */
export interface Extent {
  readonly count: number;
  readonly first: Pick<StreamRecord, 'sequenceNumber' | 'at'>;
  /** Absent when it is not known any more. */
  readonly last?: Extent['first'];
}

/** Records that are given up. */
export interface Discarded {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly shardId: string;
  readonly extent: Extent;
  /** None when the stream no longer has them. */
  readonly records: readonly StreamRecord[];
  /** Attempts, this one included. */
  readonly attempts: number;
  readonly last?: Extract<Taken, { outcome: 'failed' }>;
}

export interface StreamFeed {
  /** By which it is stopped, and its checkpoints are known: no other id begins with it. */
  readonly id: string;
  /** What it is called in warnings: `event source mapping arn:…`. */
  readonly about: string;
  /** ARN of the function or the pipe. */
  readonly consumerArn: string;
  readonly streamArn: string;
  /** How Kinesis' records look: as functions get them, or pipes. */
  readonly form: 'function' | 'pipe';
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly filters: readonly string[];
  /** Whether a batch is halved that fails, or of which a part does. */
  readonly halves: 'never' | 'when it fails' | 'when a part of it fails';
  /** -1: as long as the records are there. */
  readonly maximumRetries: number;
  /** Seconds; -1: as old as they get. */
  readonly maximumAge: number;
  /** Asked before each batch. */
  origin(): Promise<Origin>;
  /** Takes a batch. */
  take(shardId: string, records: readonly StreamRecord[], origin: Origin): Promise<Taken>;
  /** What becomes of records that are given up; where they went. @throws what kept them from going there */
  discard(discarded: Discarded, origin: Origin): Promise<string | undefined>;
}
