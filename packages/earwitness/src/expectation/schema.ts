// Standard Schema (https://standardschema.dev): zod, valibot, arktype and others share one small contract, of which
// this file states the part we use. Only synchronous validators: every message has to be decided at once.
import type { SchemaResult, StandardSchema } from './decider.ts';
import { ExpectationError, type Finding } from './expectation.ts';
import { type Path, printPath, readPath } from './path.ts';
import { printValue } from './print.ts';

/** One failed finding per issue of the schema; none when the value is valid. */
export function schemaIssues(schema: StandardSchema, value: unknown, at: Path): Finding[] {
  return (validate(schema, value).issues ?? []).map((issue) => {
    const inner = (issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step)).map(plainStep);
    return {
      path: printPath([...at, ...inner]),
      pass: false,
      expected: issue.message,
      received: printValue(readPath(value, inner)),
      closeness: 0.5,
    };
  });
}

/** What the schema makes of a valid value: defaults filled in, strings turned into dates, as it was written. */
export function schemaOutput(schema: StandardSchema, value: unknown): unknown {
  const result = validate(schema, value);
  return result.issues ? value : result.value;
}

function validate(schema: StandardSchema, value: unknown): SchemaResult<unknown> {
  const result = schema['~standard'].validate(value);
  if (!(result instanceof Promise)) return result;
  result.catch(() => undefined);
  const { vendor } = schema['~standard'];
  throw new ExpectationError(
    `The ${vendor} schema validates asynchronously, but an expectation must decide at once: leave out its async refinements.`,
  );
}

function plainStep(step: PropertyKey): string | number {
  return typeof step === 'symbol' ? String(step) : step;
}
