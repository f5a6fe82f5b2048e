// The shape of a service model: the part of botocore's service-2.json that decides bytes and validation, without
// documentation. `models/<service>.ts` holds one such table per service (generated: npm run models); codecs and
// validation walk it.

/** AWS's wire protocols, as botocore names them. */
export type Protocol = 'json' | 'query' | 'rest-json' | 'rest-xml' | 'smithy-rpc-v2-cbor';
export type Protocols = readonly [Protocol, ...Protocol[]];

/** One AWS service as its official model describes it. */
export interface ServiceModel {
  /** Our name for the service, also the folder it lives in: `events`, `sqs`, `cloudformation`, … */
  readonly service: string;
  /** What users call it: `Amazon EventBridge`. */
  readonly fullName: string;
  readonly apiVersion: string;
  /** Primary wire protocol. */
  readonly protocol: Protocol;
  /** All of them, the primary one first, where there are several. */
  readonly protocols?: Protocols;
  /** `1.0` or `1.1`, for `json`. */
  readonly jsonVersion?: string;
  /** The part of `X-Amz-Target` before the dot, for `json`. */
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string;
  readonly signingName: string;
  /** JSON errors also carry `x-amzn-query-error`, and the older Query protocol is still accepted (SQS). */
  readonly queryCompatible?: boolean;
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Operations that AWS has and this table leaves out: known, but not served here. */
  readonly otherOperations: readonly string[];
}

export interface OperationModel {
  readonly input?: string;
  readonly output?: string;
  /** HTTP binding; `POST /` and 200 when left out. */
  readonly method?: string;
  readonly uri?: string;
  readonly status?: number;
  /** Query: the element around the output's members. */
  readonly resultWrapper?: string;
  readonly errors?: readonly string[];
}

/** A reference to a shape, with the traits of the place that refers to it. */
export interface Member {
  readonly shape: string;
  readonly location?: 'header' | 'headers' | 'querystring' | 'uri' | 'statusCode';
  readonly locationName?: string;
  readonly flattened?: boolean;
  readonly idempotencyToken?: boolean;
  /** XML: stands in the element's tag. */
  readonly xmlAttribute?: boolean;
  /** Bytes that may come and go as a stream: `AsyncIterable<Uint8Array>`. */
  readonly streaming?: boolean;
  /** Bytes that are the whole event (of an event stream). */
  readonly eventpayload?: boolean;
}

export type Shape =
  | StructureShape
  | {
      readonly type: 'list';
      readonly member: Member;
      readonly min?: number;
      readonly max?: number;
      readonly flattened?: boolean;
      readonly sensitive?: boolean;
    }
  | {
      readonly type: 'map';
      readonly key: Member;
      readonly value: Member;
      readonly min?: number;
      readonly max?: number;
      readonly flattened?: boolean;
      readonly sensitive?: boolean;
    }
  | ScalarShape;

export interface StructureShape {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  /** One member at a time, as long as there are more: each an event. */
  readonly eventstream?: boolean;
  /** The member that is the whole body (rest-json). */
  readonly payload?: string;
  readonly union?: boolean;
  readonly sensitive?: boolean;
  /** Set on modelled errors: the code on the wire, its HTTP status, whose fault it is. */
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number; readonly senderFault?: boolean };
  readonly exception?: boolean;
}

export interface ScalarShape {
  readonly type: 'string' | 'integer' | 'long' | 'double' | 'float' | 'boolean' | 'timestamp' | 'blob';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
  readonly streaming?: boolean;
  readonly timestampFormat?: 'iso8601' | 'unixTimestamp' | 'rfc822';
}
