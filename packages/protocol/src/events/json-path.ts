// The JSONPath that InputPath and InputPathsMap take: `$`, names of letters, digits, `_`, `-` and `/`, `[n]`, `[*]`.
// Everything else (quoted brackets, `..`, `.*`, slices, negative indexes) EventBridge refuses. Source: native captures,
// September 2026.
import { elementsOf, memberOf } from './json-text.ts';

type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'each' };

/** A parsed path. */
export interface JsonPath {
  readonly steps: readonly Step[];
}

const STEP = /\.([A-Za-z0-9_\-/]+)|\[(\d+)\]|\[(\*)\]/y;

/** Parses a path; `undefined` when EventBridge would refuse it. */
export function parseJsonPath(path: string): JsonPath | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: Step[] = [];
  for (STEP.lastIndex = 1; STEP.lastIndex < path.length; ) {
    const [found, name, index] = STEP.exec(path) ?? [];
    if (found === undefined) return undefined;
    if (name !== undefined) steps.push({ kind: 'name', name });
    else if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else steps.push({ kind: 'each' });
  }
  return { steps };
}

/**
 * The value that a path selects from compact JSON, as JSON text; `[*]` collects into an array. `undefined`: nothing is
 * there.
 */
export function selectValue(json: string, { steps }: JsonPath, from = 0): string | undefined {
  let value = json;
  for (let index = from; index < steps.length; index++) {
    const step = steps[index];
    if (step?.kind === 'name') {
      const member = memberOf(value, step.name);
      if (member === undefined) return undefined;
      value = member;
      continue;
    }
    if (!value.startsWith('[')) return undefined;
    const elements = elementsOf(value);
    if (step?.kind !== 'index') {
      const selected = elements.flatMap((element) => selectValue(element, { steps }, index + 1) ?? []);
      return `[${selected.join(',')}]`;
    }
    const element = elements[step.index];
    if (element === undefined) return undefined;
    value = element;
  }
  return value;
}
