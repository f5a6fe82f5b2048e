// Destinations that a test or a person broke on purpose. `POST /_earwitness/faults` takes a `FaultOrder` and answers
// with the `InjectedFault`; `GET /_earwitness/faults` answers `{"faults":[…]}`; `POST /_earwitness/faults/mend` takes
// `{"id":"…"}`, or `{}` for all of them. Deliveries that meet one are in the journal as injected.

/** What is to be broken, and how. */
export type FaultOrder = {
  /** ARN of a function, a queue, an API destination, …: what a delivery's `targetArn` says; or the URL of an endpoint. */
  readonly target: string;
  /** For so many deliveries; without it, until it is mended. */
  readonly times?: number;
} & FaultKind;

export type FaultKind =
  /** Answers with this status; where there is none (a function, a queue), with an error of its service. */
  | { readonly kind: 'status'; readonly status: number }
  /** Answers so much later, by the cloud's clock. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Cannot be reached. */
  | { readonly kind: 'refused' };

/** A fault at work. */
export type InjectedFault = FaultOrder & {
  readonly id: string;
  /** How many deliveries met it. */
  readonly met: number;
  /** How many more it breaks; absent of one that stays until it is mended. */
  readonly left?: number;
};
