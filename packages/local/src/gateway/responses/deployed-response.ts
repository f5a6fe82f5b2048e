// What a REST API says in place of a refusal of its own, as a deployment keeps it: plain data.
import type { GatewayResponse } from '@earwitness/protocol/internal/aws/models/apigateway.types';

export type ResponseType = NonNullable<GatewayResponse['responseType']>;

export interface DeployedResponse {
  /** Left out: that of the refusal. */
  readonly status?: number;
  /** Where values of headers come from: `'*'` in quotes, `method.request.header.origin`, `context.stage`. */
  readonly headers: Readonly<Record<string, string>>;
  /** By media type. None: the body is that of the refusal. */
  readonly templates: Readonly<Record<string, string>>;
}

export type DeployedResponses = Partial<Readonly<Record<ResponseType, DeployedResponse>>>;

/** What the gateway itself refuses with. */
export interface RefusedAs {
  readonly type: ResponseType;
  readonly message: string | null;
  /** What is wrong with the request in detail. */
  readonly validation?: string;
}
