// APIs while functions and state machines add their routes to them.
import type { ValueMap } from '../../value.ts';
import type { FunctionEvent, Serverless } from '../assembly.ts';

export interface Route {
  /** `/orders/{id}`, or `$default`. */
  readonly path: string;
  /** Lower case; `any` for every method. */
  readonly method: string;
  /** What stands under the method: the integration and the responses. */
  readonly operation: ValueMap;
  readonly condition?: string;
  /** `DeletionPolicy` and `UpdateReplacePolicy` of the function. */
  readonly policies: ValueMap;
  readonly event: FunctionEvent;
  /** The function or state machine. */
  readonly owner: Serverless;
}

export interface ApiDraft {
  readonly kind: 'rest' | 'http';
  readonly serverless: Serverless;
  /** Made because a function has a route and names no API. */
  readonly implicit: boolean;
  readonly routes: Route[];
}

export interface Apis {
  readonly drafts: Map<string, ApiDraft>;
  readonly globals: ValueMap;
}
