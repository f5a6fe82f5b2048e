// What the expressions of a state can see.
import type { Json, JsonObject } from '../json.ts';

/** Variables by name, without `$`. */
export type Variables = Readonly<Record<string, Json>>;

export interface Scope {
  /** JSONPath: what `$` is. JSONata: `$states.input`. */
  readonly input: Json;
  /** JSONata: `$states.result`, where there is one. */
  readonly result?: Json;
  /** JSONata: `$states.errorOutput`, in a catcher. */
  readonly errorOutput?: Json;
  /** `$$`, or `$states.context`. */
  readonly context: JsonObject;
  readonly variables: Variables;
}
