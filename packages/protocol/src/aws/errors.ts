// The one error class that operations throw. A door (HTTP codec) turns it into the protocol's bytes; anything else that escapes
// an operation is our own bug and answers 500 InternalFailure.

/** An error that a cloud service answers: a code from its model, and the sentence the cloud uses. */
export class ServiceError extends Error {
  /** Error code on the wire, such as `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status; when absent the service model's status for the code applies, else 400. */
  readonly status: number | undefined;
  /** Further members of the modelled error shape. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The code under which the older Query protocol knows the error, where it differs (SQS: `x-amzn-query-error`). */
  readonly queryCode: string | undefined;

  constructor(
    code: string,
    message: string,
    options: {
      readonly status?: number;
      readonly fields?: Readonly<Record<string, unknown>>;
      readonly queryCode?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.status = options.status;
    this.fields = options.fields ?? {};
    this.queryCode = options.queryCode;
  }
}
