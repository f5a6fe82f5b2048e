// APIs while functions add their routes to them.
import type { ValueMap } from '../../value.ts';
import type { FunctionEvent, Serverless, Target } from '../assembly.ts';

export interface Route {
  /** `/orders/{id}`, or `$default`. */
  readonly path: string;
  /** Lower case; `any` for every method. */
  readonly method: string;
  readonly target: Target;
  readonly condition?: string;
  /** `DeletionPolicy` and `UpdateReplacePolicy` of the function. */
  readonly policies: ValueMap;
  readonly event: FunctionEvent;
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
