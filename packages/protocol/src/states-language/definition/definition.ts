// A state machine as its definition writes it: the members keep the names of the Amazon States Language. What `read.ts`
// gives out is checked, so that the interpreter trusts it: every state has its `QueryLanguage`, every `Next` leads
// somewhere, fields of the other query language are not there.
//
// Source: Amazon States Language; Step Functions developer guide, "State machine structure".
import type { Json, JsonObject } from '../json.ts';

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** What has states: the machine, a branch of Parallel, the processor of Map. */
export interface Block {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface StateMachine extends Block {
  readonly Comment?: string;
  readonly Version?: string;
  readonly QueryLanguage: QueryLanguage;
  /** Seconds. */
  readonly TimeoutSeconds?: number;
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

/** A number or, in JSONata, an expression that gives one. */
export type NumberField = number | string;

interface StateBase {
  readonly Comment?: string;
  /** The state's own or its machine's. */
  readonly QueryLanguage: QueryLanguage;
}

/** What leads on. Exactly one is there. */
interface Transition {
  readonly Next?: string;
  readonly End?: true;
}

/** What a state makes of its input and output. Path fields are JSONPath's, `Output` is JSONata's. */
interface DataFlow {
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  /** `null`: nothing of it, `{}`. */
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

/** What a state that has a result makes of it. JSONPath only. */
interface ResultFlow {
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
  /** `null`: the result is dropped. */
  readonly ResultPath?: string | null;
}

/** What happens when it fails. */
interface ErrorFlow {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly Comment?: string;
  /** Seconds; 1 when left out. */
  readonly IntervalSeconds?: number;
  /** 3 when left out; 0: never. */
  readonly MaxAttempts?: number;
  /** 2.0 when left out. */
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'NONE' | 'FULL';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Comment?: string;
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly ResultPath?: string | null;
}

export interface PassState extends StateBase, Transition, DataFlow, Omit<ResultFlow, 'ResultSelector'> {
  readonly Type: 'Pass';
  readonly Result?: Json;
}

export interface TaskState extends StateBase, Transition, DataFlow, ResultFlow, ErrorFlow {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: Json;
  readonly TimeoutSeconds?: NumberField;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: NumberField;
  readonly HeartbeatSecondsPath?: string;
  /** `RoleArn`, or `RoleArn.$` with a path. */
  readonly Credentials?: JsonObject;
}

export interface ChoiceState extends StateBase, DataFlow {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

/** A top rule. JSONPath: one comparison, or `And`, `Or`, `Not`; JSONata: `Condition`. */
export interface ChoiceRule extends Comparison {
  readonly Next: string;
  readonly Comment?: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly Condition?: boolean | string;
}

/** A JSONPath condition: `Variable` and one operator with its operand, or one of `And`, `Or`, `Not`. */
export interface Comparison {
  readonly And?: readonly Comparison[];
  readonly Or?: readonly Comparison[];
  readonly Not?: Comparison;
  readonly Variable?: string;
  /** `StringEquals`, `NumericLessThanPath`, `IsPresent` …: see `choice/`. */
  readonly [operator: string]: unknown;
}

export interface WaitState extends StateBase, Transition, DataFlow {
  readonly Type: 'Wait';
  readonly Seconds?: NumberField;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface SucceedState extends StateBase, DataFlow {
  readonly Type: 'Succeed';
}

export interface FailState extends StateBase {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface ParallelState extends StateBase, Transition, DataFlow, ResultFlow, ErrorFlow {
  readonly Type: 'Parallel';
  readonly Arguments?: Json;
  readonly Branches: readonly Block[];
}

export interface MapState extends StateBase, Transition, DataFlow, Omit<ResultFlow, 'Parameters'>, ErrorFlow {
  readonly Type: 'Map';
  /** `Iterator` is read as this, and `Parameters` as `ItemSelector`. */
  readonly ItemProcessor: ItemProcessor;
  readonly ItemsPath?: string;
  /** JSONata: an array with expressions inside, or one expression. */
  readonly Items?: Json;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: NumberField;
  readonly MaxConcurrencyPath?: string;
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: ResultWriter;
  readonly Label?: string;
  readonly ToleratedFailureCount?: NumberField;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: NumberField;
  readonly ToleratedFailurePercentagePath?: string;
}

export interface ItemProcessor extends Block {
  readonly ProcessorConfig?: {
    readonly Mode?: 'INLINE' | 'DISTRIBUTED';
    readonly ExecutionType?: 'STANDARD' | 'EXPRESS';
  };
}

export interface ItemReader {
  readonly Resource: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
  readonly ReaderConfig?: JsonObject;
}

export interface ItemBatcher {
  readonly MaxItemsPerBatch?: NumberField;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: NumberField;
  readonly MaxInputBytesPerBatchPath?: string;
  readonly BatchInput?: Json;
}

export interface ResultWriter {
  readonly Resource?: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
  readonly WriterConfig?: JsonObject;
}
