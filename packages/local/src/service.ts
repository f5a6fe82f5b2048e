// What a service is to the rest of the house: a model, operations by name, and the CloudFormation resources it can make. A service
// that is no AWS API (Momento Topics) has neither model nor operations, only doors.
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import type { Access } from './authorize.ts';
import type { Backbone } from './backbone/backbone.ts';
import type { Clock } from './clock.ts';
import type { Dispatch } from './dispatch.ts';
import type { Door, StreamDoor } from './http/door.ts';
import type { Ids } from './ids.ts';
import type { Journal } from './journal.ts';
import type { ResourceType } from './resource.ts';

/** What every service is built on. Nothing of it is global: two local clouds can run in one process. */
export interface Ground {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly ids: Ids;
  readonly backbone: Backbone;
  readonly dispatch: Dispatch;
  /** Who may do what to which resource. */
  readonly access: Access;
  /** Where this cloud can be reached; known before the first call. */
  readonly address: Address;
  /** PEM certificates that our own HTTPS requests trust, this cloud's authority among them. Left out: the system's. */
  readonly trustedRoots?: () => Promise<readonly string[]>;
}

export interface Address {
  /** `http://127.0.0.1:PORT`: AWS endpoint, API Gateway, Momento over plain HTTP and h2c. */
  readonly http: string;
  /** `https://127.0.0.1:PORT`: the same over TLS (ALPN h2 and http/1.1). */
  readonly https: string;
  /** PEM file of all roots that clients of `https` have to trust; absent where nothing listens. */
  readonly rootsFile?: string;
}

/** Who calls. A user's credentials may do everything; services and roles are held to policies where AWS holds them. */
export type Principal =
  | { readonly kind: 'account'; readonly arn: string }
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn?: string }
  /** `session`: the ARN of an STS session that acts as the role. */
  | { readonly kind: 'role'; readonly arn: string; readonly session?: string };

/** One call of one operation: whose it is, and in which account and region it acts. */
export interface Call {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly requestId: string;
  /** The `X-Amzn-Trace-Id` header's value, when the caller sent one. */
  readonly traceId?: string;
  /** Aborted when the caller went away; long polls listen to it. */
  readonly signal?: AbortSignal;
}

/** Runs one operation. Input was validated against the model; throws ServiceError for refusals. */
export type Operation<Input = never, Output = unknown> = (input: Input, call: Call) => Output | Promise<Output>;

export interface Service {
  /** Also its folder and its model's name: `events`, `sqs`, … */
  readonly name: string;
  /** Loads the AWS service model when first needed. */
  loadModel?(): Promise<ServiceModel>;
  readonly operations?: Readonly<Record<string, Operation>>;
  /** Stands in for `validateInput` where a service refuses malformed input with codes and sentences of its own (SQS, Logs). */
  readonly validate?: (model: ServiceModel, operation: string, input: unknown) => void;
  /** CloudFormation resource types that this service makes. */
  readonly resources?: readonly ResourceType[];
  /** Data planes beside the AWS API: deployed APIs, topics over HTTP. Asked in this order, before the AWS API. */
  readonly doors?: readonly Door[];
  readonly streamDoors?: readonly StreamDoor[];
  /** Forgets what does not stand in the backbone (queues of work, workers); tables are emptied by the backbone. */
  reset?(): void | Promise<void>;
  /** Ends workers, timers and streams. */
  close?(): void | Promise<void>;
}

/** A service that is an AWS API: the dispatcher runs its operations. */
export type AwsService = Service & Required<Pick<Service, 'loadModel' | 'operations'>>;

export function isAwsService(service: Service): service is AwsService {
  return service.loadModel !== undefined && service.operations !== undefined;
}
