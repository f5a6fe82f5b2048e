// What there is in a local cloud: what `GET /_earwitness/state` answers, for a person and for a test. A name is what an
// operation of the service takes; an `arn` tells the account and region too.

/** What there is in a local cloud, over all accounts and regions. */
export interface CloudState {
  /** The cloud's clock, epoch milliseconds. */
  readonly now: number;
  /** Stacks that are not deleted, newest first. */
  readonly stacks: readonly StackState[];
  /** The bus `default` of the cloud's own account and region is always among them. */
  readonly buses: readonly BusState[];
  readonly queues: readonly QueueState[];
  readonly functions: readonly FunctionState[];
}

/** A stack with what it made. */
export interface StackState {
  readonly name: string;
  readonly arn: string;
  /** `CREATE_COMPLETE` */
  readonly status: string;
  readonly resources: readonly ResourceState[];
}

/** A resource of a stack. */
export interface ResourceState {
  readonly logicalId: string;
  /** `AWS::SQS::Queue` */
  readonly type: string;
  /** What `Ref` returns; absent until the resource is made. */
  readonly physicalId?: string;
  readonly status: string;
  /** Whether it only stands in: it records what it receives, and does nothing else. */
  readonly standsIn: boolean;
}

/** An event bus. */
export interface BusState {
  readonly name: string;
  readonly arn: string;
  /** How many rules it has. */
  readonly rules: number;
}

/** A queue, and how many messages it has. */
export interface QueueState {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** Messages that can be received now. */
  readonly visible: number;
  /** Messages that were received and are hidden until their visibility timeout ends. */
  readonly hidden: number;
  /** Messages that nobody could receive yet. */
  readonly delayed: number;
}

/** A function. */
export interface FunctionState {
  readonly name: string;
  readonly arn: string;
  readonly logGroup: string;
  /** Why it does not run here, to follow its name; absent when it does. */
  readonly standsIn?: string;
}
