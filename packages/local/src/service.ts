// What a service is to the rest of the house: operations by name, and the CloudFormation resources it can make. A
// service that is no AWS API (Momento Topics) has no operations, only doors.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import type { MockedResults } from '@earwitness/protocol/internal/admin/mocked-results';
import type { QueuedMessages } from '@earwitness/protocol/internal/admin/queued-messages';
import type { SentEvent } from '@earwitness/protocol/internal/admin/sent-event';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { SERVICES, type ServiceName } from '@earwitness/protocol/internal/aws/models/services';
import type { Assessment, AssessmentOrder } from './assessment/assessment.ts';
import type { Call, Operation } from './call.ts';
import type { Door, StreamDoor } from './http/door.ts';
import type { MapShare } from './map/share.ts';
import type { ResourceType } from './resources/resource.ts';
import type { StreamSource } from './streams/source.ts';

/** Resource types that are loaded when a template has one of them. */
export interface ResourceFamily {
  /** What their names begin with: `AWS::KMS::`. */
  readonly prefix: string;
  load(): Promise<readonly ResourceType[]>;
}

export interface Service {
  /** Also its folder's; an AWS API's is its model's too: `events`, `sqs`, … */
  readonly name: string;
  readonly operations?: Readonly<Record<string, Operation>>;
  /**
   * Stands in for `validateInput` where a service refuses malformed input with codes and sentences of its own (SQS,
   * Logs).
   */
  readonly validate?: (model: ServiceModel, operation: string, input: unknown) => void;
  /** CloudFormation resource types that this service makes. */
  readonly resources?: readonly ResourceType[];
  /** The same of a service that is loaded when it is first needed. */
  readonly laterResources?: readonly ResourceFamily[];
  /** CloudFormation: what can be said of a template before anything is made. Changes nothing. */
  assess?(order: AssessmentOrder, call: Call): Promise<Assessment>;
  /**
   * EventBridge: puts events of any source on their buses, as AWS services do with theirs. Returns their ids.
   * @throws ServiceError `ResourceNotFoundException` when there is no such bus; then none of them is put.
   */
  emit?(events: readonly SentEvent[], call: Call): Promise<readonly string[]>;
  /**
   * SQS: takes messages of another service for standard queues, many at once and without a call for each. Returns the
   * id of each message, or `undefined` where it has to be sent by SendMessage, which says what is wrong, if anything.
   */
  post?(letters: readonly Letter[], sender: Sender): Promise<readonly (string | undefined)[]>;
  /** SQS: a page of the messages that lie in a queue, as they are; `undefined` when there is no such queue. */
  lookAt?(
    queueArn: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<QueuedMessages | undefined>;
  /** Streams of tables and Kinesis: how others learn that there is something to read. */
  readonly streams?: StreamSource;
  /** Step Functions: what tests say that tasks answer, by state machine and state. */
  taskResults?(): MockedResults;
  /**
   * Step Functions: replaces that for the machines that are named.
   * @throws ServiceError `StateMachineDoesNotExist`; `ValidationException` for a state that is no task of its machine
   */
  mockTasks?(results: MockedResults): Promise<void>;
  /** What there is of this service's, over all accounts and regions, those of `home` first. */
  state?(home: Pick<Call, 'account' | 'region'>): Promise<ServiceState>;
  /** Its resources and where they lead. Asking leaves no trace in the journal. */
  map?(): MapShare | Promise<MapShare>;
  /** Data planes beside the AWS API: deployed APIs, topics over HTTP. Asked in this order, before the AWS API. */
  readonly doors?: readonly Door[];
  readonly streamDoors?: readonly StreamDoor[];
  /** Forgets what does not stand in the backbone (queues of work, workers); tables are emptied by the backbone. */
  reset?(): void | Promise<void>;
  /**
   * Forgets what went through its resources and does not stand on the ports that a purge empties, and ends what is
   * under way; the resources stay.
   */
  purge?(): void | Promise<void>;
  /** Ends workers, timers and streams. */
  close?(): void | Promise<void>;
}

/** A message without attributes for a queue. */
export interface Letter {
  readonly queueArn: string;
  readonly body: string;
  readonly group: string | undefined;
}

/** The service that sends, and on whose behalf. */
export interface Sender {
  /** `sns.amazonaws.com` */
  readonly service: string;
  readonly sourceArn: string;
  readonly traceId: string | undefined;
}

/** A service's share of what there is. */
export type ServiceState = Partial<Omit<CloudState, 'now'>>;

/** A service that is an AWS API: the dispatcher runs its operations. */
export interface AwsService extends Service {
  readonly name: ServiceName;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Loads the service itself, where this one only stands in its place until it is first called. */
  load?(): Promise<Service>;
}

export function isAwsService(service: Service): service is AwsService {
  return service.operations !== undefined && SERVICES.some(({ name }) => name === service.name);
}
