// One call of one operation of a service: whose it is, where it acts, and the types that the service models give it.
import type { WrittenOutput } from '@earwitness/protocol/internal/aws/json/written-output';
import type { ServiceName, Services } from '@earwitness/protocol/internal/aws/models/services';

/** Who calls. A user's credentials may do everything; services and roles are held to policies where AWS holds them. */
export type Principal =
  | { readonly kind: 'account'; readonly arn: string }
  /** `sourceAccount`: whose the source is, where its ARN does not say so (a bucket's). */
  | {
      readonly kind: 'service';
      readonly service: string;
      readonly sourceArn?: string;
      readonly sourceAccount?: string;
    }
  /** `session`: the ARN of an STS session that acts as the role. */
  | { readonly kind: 'role'; readonly arn: string; readonly session?: string };

/** Whose call it is, and in which account and region it acts. */
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
  /** Of the event whose delivery it is. */
  readonly eventId?: string;
  /** Called when a fault was injected into the call. */
  readonly onInjected?: () => void;
}

/** Runs one operation. Input was validated against the model; throws ServiceError for refusals. */
export type Operation<Input = never, Output = unknown> = (input: Input, call: Call) => Output | Promise<Output>;

/**
 * Operations of a service by name, with the input and the output that its model gives them. A service serves some of
 * them: it writes methods and says `satisfies OperationsOf<'sqs'>`.
 */
export type OperationsOf<S extends ServiceName> = {
  readonly [Name in keyof Services[S]]?: Operation<InputOf<S, Name>, OutputOf<S, Name> | WrittenOutput>;
};

export type InputOf<S extends ServiceName, Name extends keyof Services[S]> = Services[S][Name] extends {
  readonly input: infer Input;
}
  ? Input
  : never;

export type OutputOf<S extends ServiceName, Name extends keyof Services[S]> = Services[S][Name] extends {
  readonly output: infer Output;
}
  ? Output
  : never;

/** Calls operations as another service would. */
export interface Caller {
  /**
   * Typed input, typed output, ServiceError for refusals. `origin` says on whose behalf; a new request id is made when
   * it has none.
   */
  call<S extends ServiceName, Name extends keyof Services[S] & string>(
    service: S,
    operation: Name,
    input: InputOf<S, Name>,
    origin: Omit<Call, 'requestId'> & { readonly requestId?: string },
  ): Promise<OutputOf<S, Name>>;
  /** Whether the service is part of this cloud: one of chosen services may do without. */
  serves(service: ServiceName): boolean;
}
