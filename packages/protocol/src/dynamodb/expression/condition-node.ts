// What a condition is once it has been read and its placeholders are known.
import type { Operand } from './operand.ts';

/** One comparison or function of a condition. */
export type Test =
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly operands: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] };

/** Of BETWEEN the operands are the value and its bounds, of IN the value and what it may be. */
export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'BETWEEN' | 'IN';

/** Tests and what joins them. */
export type ConditionNode =
  | Test
  | { readonly kind: 'and'; readonly parts: readonly ConditionNode[] }
  | { readonly kind: 'or'; readonly parts: readonly ConditionNode[] }
  | { readonly kind: 'not'; readonly part: ConditionNode };
