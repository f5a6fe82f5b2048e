import type { Outcome } from '../exchange.ts';
import type { GatewayRequest } from '../request.ts';

/** Whether a request may come in: with what is known of the caller, or not, with what the caller gets. */
export type Admission =
  | { readonly kind: 'admitted'; readonly request: GatewayRequest }
  | { readonly kind: 'refused'; readonly outcome: Outcome };
