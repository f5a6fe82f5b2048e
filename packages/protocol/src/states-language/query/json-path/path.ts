// A JSONPath as it is read: where it starts, and its steps.
//
//   $.orders[?(@.total >= 10)].id   →  input, name 'orders', filter, name 'id'
//   $$.Execution.Id                 →  context, names 'Execution' and 'Id'
//   $cart[0]                        →  variable 'cart', index 0

export interface Path {
  /** As it is written. */
  readonly text: string;
  readonly root: Root;
  readonly steps: readonly Step[];
  /** Whether it names one place: it gives a value or fails. All others give lists. */
  readonly isDefinite: boolean;
  /** Whether it is a reference path: names and indexes only, as what is to be written to needs. */
  readonly isReference: boolean;
}

export type Root =
  | { readonly kind: 'input' }
  | { readonly kind: 'context' }
  | { readonly kind: 'variable'; readonly name: string }
  /** `@`: what a filter looks at. */
  | { readonly kind: 'item' };

export type Step =
  /** One name; several, which only the last step may have, select an object of those that are there. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'scan' }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | Places;

/** Steps for arrays. */
export type Places =
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  /** `[(@.length-1)]`: so far from the end. */
  | { readonly kind: 'last'; readonly offset: number };

/**
 * Alternatives of conditions that hold together, in the order in which the engine tries them, from the end:
 * `a && b || c` is `[[c], [b, a]]`.
 */
export type Filter = readonly (readonly Condition[])[];

export type Condition =
  | { readonly kind: 'exists'; readonly path: Path; readonly negated: boolean }
  | { readonly kind: 'comparison'; readonly left: Operand; readonly operator: Operator; readonly right: Operand };

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A literal is text, whatever it looks like: what it is compared with decides what it means. */
export type Operand = { readonly kind: 'path'; readonly path: Path } | { readonly kind: 'text'; readonly text: string };

export function isDefinite({ kind }: Step): boolean {
  return kind === 'names' || kind === 'index' || kind === 'last';
}

/** How steps are written in the engine's sentences. */
export function writeSteps(steps: readonly Step[]): string {
  return steps.map(writeStep).join('');
}

function writeStep(step: Step): string {
  switch (step.kind) {
    case 'names':
      return `[${step.names.map((name) => `'${name}'`).join(', ')}]`;
    case 'wildcard':
      return '[*]';
    case 'scan':
      return '..';
    case 'index':
      return `[${step.index}]`;
    case 'indexes':
      return `[${step.indexes.join(',')}]`;
    case 'slice':
      return `[${step.from ?? ''}:${step.to ?? ''}]`;
    case 'last':
      return `[@.size()${step.offset}]`;
    case 'filter':
      return '[?]';
  }
}
