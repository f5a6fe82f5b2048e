// A call of an intrinsic function as it is read: `States.Format('Order {}', $.id)`.
import type { Path } from '../json-path/path.ts';

export interface Call {
  /** As it is written. */
  readonly text: string;
  readonly name: string;
  readonly args: readonly Argument[];
}

export type Argument =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'literal'; readonly value: null | boolean | number }
  /** `text` is the value; `raw` has its escapes still, which a template of `States.Format` needs: `\{` is no hole. */
  | { readonly kind: 'text'; readonly text: string; readonly raw: string };
