// Holds an operation's input against its model's constraints and answers with AWS's own sentence when it does not fit:
//   2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than
//   or equal to 1; Value null at 'targets' failed to satisfy constraint: Member must not be null
// Paths are lower camel case, list positions are `1.member`. Source: answers recorded on AWS (EventBridge).
//
// Each shape is compiled once into a closure, so that a call that fits costs a walk and no allocation.
import { ServiceError } from './errors.ts';
import { lowerFirst, printEnum, printJava } from './java-text.ts';
import type { Member, ScalarShape, ServiceModel, Shape } from './model.ts';
import { compileModelPattern } from './model-pattern.ts';

/** A value as a refusal shows it; `undefined` for one that must not be shown. */
type Print = (value: unknown) => string | undefined;

/** Appends what is wrong with `value` at `path` to `problems`. */
type Check = (value: unknown, path: string, problems: string[]) => void;

const compiled = new WeakMap<ServiceModel, Map<string, Check>>();

/**
 * Checks an operation's input.
 * @throws ServiceError `ValidationException` (Query services: `ValidationError`) naming every violated constraint.
 */
export function validateInput(model: ServiceModel, operation: string, input: unknown): void {
  const shapeName = model.operations[operation]?.input;
  if (shapeName === undefined) return;
  const problems: string[] = [];
  checkOf(model, shapeName)(input, '', problems);
  refuse(model, problems);
}

/**
 * Checks one member of an operation's input, whatever the operation requires beside it.
 * @throws ServiceError `ValidationException` (Query services: `ValidationError`) naming every violated constraint.
 */
export function validateMember(
  model: ServiceModel,
  operation: string,
  { name, value }: { readonly name: string; readonly value: unknown },
): void {
  const shape = model.shapes[model.operations[operation]?.input ?? ''];
  const member = shape?.type === 'structure' && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
  if (member === undefined || value === undefined || value === null) return;
  const problems: string[] = [];
  checkOf(model, member.shape)(value, lowerFirst(name), problems);
  refuse(model, problems);
}

function refuse(model: ServiceModel, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  const code = model.protocol === 'query' ? 'ValidationError' : 'ValidationException';
  throw new ServiceError(code, `${count} detected: ${problems.join('; ')}`);
}

function checkOf(model: ServiceModel, shapeName: string): Check {
  let checks = compiled.get(model);
  if (!checks) {
    checks = new Map();
    compiled.set(model, checks);
  }
  const known = checks.get(shapeName);
  if (known) return known;
  // A shape may contain itself: the map gets a forwarding check first, which finds the real one when it runs.
  const table = checks;
  table.set(shapeName, (value, path, problems) => table.get(shapeName)?.(value, path, problems));
  const shape = model.shapes[shapeName];
  const check = shape ? compile(model, shapeName, shape) : () => {};
  table.set(shapeName, check);
  return check;
}

function compile(model: ServiceModel, shapeName: string, shape: Shape): Check {
  const terse = isTerse(model);
  const hidden = terse || holdsSecrets(model, shape);
  const print = (value: unknown) => (hidden ? undefined : printJava(model, shapeName, value));
  switch (shape.type) {
    case 'structure':
      return compileStructure(model, shape.members, shape.required ?? []);
    case 'list': {
      const memberShape = model.shapes[shape.member.shape];
      const member = checkOf(model, shape.member.shape);
      const length = lengthCheck(shape, print);
      return (value, path, problems) => {
        if (!Array.isArray(value)) return;
        length(value.length, value, path, problems);
        if (memberShape?.type === 'string') {
          // Text in a list is named by the list, with everything that it has to be.
          if (value.every((item) => brokenConstraints(memberShape, item, terse).length === 0)) return;
          const all = allConstraints(memberShape, terse).join(', ');
          problems.push(violation(print(value), path, `Member must satisfy constraint: [${all}]`));
          return;
        }
        for (let index = 0; index < value.length; index++)
          member(value[index], `${path}.${index + 1}.member`, problems);
      };
    }
    case 'map': {
      const keyShape = model.shapes[shape.key.shape];
      const valueShape = model.shapes[shape.value.shape];
      const values = checkOf(model, shape.value.shape);
      const length = lengthCheck(shape, print);
      return (value, path, problems) => {
        if (value === null || typeof value !== 'object') return;
        const entries = Object.entries(value);
        length(entries.length, value, path, problems);
        if (
          keyShape?.type === 'string' &&
          entries.some(([key]) => brokenConstraints(keyShape, key, terse).length > 0)
        ) {
          const all = allConstraints(keyShape, terse).join(', ');
          problems.push(violation(print(value), path, `Map keys must satisfy constraint: [${all}]`));
        }
        if (valueShape?.type === 'string') {
          if (entries.every(([, inner]) => brokenConstraints(valueShape, inner, terse).length === 0)) return;
          const all = allConstraints(valueShape, terse).join(', ');
          problems.push(violation(print(value), path, `Map value must satisfy constraint: [${all}]`));
          return;
        }
        for (const [key, inner] of entries) values(inner, `${path}.${key}.member`, problems);
      };
    }
    case 'string':
      if (allConstraints(shape, terse).length === 0) return () => {};
      return (value, path, problems) => {
        for (const problem of brokenConstraints(shape, value, terse))
          problems.push(violation(print(value), path, problem));
      };
    case 'blob': {
      const length = lengthCheck(shape, print);
      return (value, path, problems) => {
        if (value instanceof Uint8Array) length(value.length, value, path, problems);
      };
    }
    case 'integer':
    case 'long':
    case 'double':
    case 'float':
      return (value, path, problems) => {
        if (typeof value !== 'number') return;
        if (shape.min !== undefined && value < shape.min) {
          problems.push(violation(print(value), path, `Member must have value greater than or equal to ${shape.min}`));
        }
        if (shape.max !== undefined && value > shape.max) {
          problems.push(violation(print(value), path, `Member must have value less than or equal to ${shape.max}`));
        }
      };
    default:
      return () => {};
  }
}

function compileStructure(
  model: ServiceModel,
  members: Readonly<Record<string, Member>>,
  required: readonly string[],
): Check {
  const parts = Object.entries(members).map(([name, member]) => ({
    name,
    label: lowerFirst(name),
    isRequired: required.includes(name),
    check: checkOf(model, member.shape),
  }));
  return (value, path, problems) => {
    if (value === null || typeof value !== 'object') return;
    const record = value as Readonly<Record<string, unknown>>;
    for (const { name, label, isRequired, check } of parts) {
      const inner = record[name];
      const innerPath = path === '' ? label : `${path}.${label}`;
      if (inner !== undefined && inner !== null) check(inner, innerPath, problems);
      else if (isRequired) {
        problems.push(`Value null at '${innerPath}' failed to satisfy constraint: Member must not be null`);
      }
    }
  };
}

function lengthCheck({ min, max }: { readonly min?: number; readonly max?: number }, print: Print) {
  return (length: number, value: unknown, path: string, problems: string[]) => {
    if (min !== undefined && length < min) {
      problems.push(violation(print(value), path, `Member must have length greater than or equal to ${min}`));
    }
    if (max !== undefined && length > max) {
      problems.push(violation(print(value), path, `Member must have length less than or equal to ${max}`));
    }
  };
}

const patterns = new WeakMap<ScalarShape, RegExp>();

const NOTHING_BROKEN: readonly string[] = [];

function brokenConstraints(shape: ScalarShape, value: unknown, terse: boolean): readonly string[] {
  if (typeof value !== 'string') return NOTHING_BROKEN;
  const broken: string[] = [];
  // The pattern comes before the lengths, other than in the list of all constraints. Recorded on AWS: a connection's
  // name.
  if (shape.pattern !== undefined && !patternOf(shape, shape.pattern).test(value)) {
    broken.push(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  }
  if (shape.max !== undefined && value.length > shape.max) {
    broken.push(`Member must have length less than or equal to ${shape.max}`);
  }
  if (shape.min !== undefined && value.length < shape.min) {
    broken.push(`Member must have length greater than or equal to ${shape.min}`);
  }
  if (shape.enum && !shape.enum.includes(value)) broken.push(enumConstraint(shape.enum, terse));
  return broken;
}

function allConstraints(shape: ScalarShape, terse: boolean): string[] {
  const all: string[] = [];
  if (shape.max !== undefined) all.push(`Member must have length less than or equal to ${shape.max}`);
  if (shape.min !== undefined) all.push(`Member must have length greater than or equal to ${shape.min}`);
  if (shape.pattern !== undefined) all.push(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  if (shape.enum) all.push(enumConstraint(shape.enum, terse));
  return all;
}

/**
 * IAM prints neither values nor enumerations. Recorded on AWS: LocalStack, test_invalid_update_parameters, March 2025.
 */
function isTerse({ service }: ServiceModel): boolean {
  return service === 'iam';
}

function enumConstraint(values: readonly string[], terse: boolean): string {
  if (terse) return 'Member must satisfy enum value set';
  return `Member must satisfy enum value set: [${printEnum(values).join(', ')}]`;
}

function patternOf(shape: ScalarShape, source: string): RegExp {
  let pattern = patterns.get(shape);
  if (!pattern) {
    pattern = compileModelPattern(source);
    patterns.set(shape, pattern);
  }
  return pattern;
}

// A value that the model calls sensitive is not printed: refusals are written into the journal, secrets never are.
function holdsSecrets(model: ServiceModel, shape: Shape, seen = new Set<Shape>()): boolean {
  if (shape.sensitive) return true;
  if (seen.has(shape)) return false;
  seen.add(shape);
  const inside = (name: string) => {
    const inner = model.shapes[name];
    return inner !== undefined && holdsSecrets(model, inner, seen);
  };
  if (shape.type === 'structure') return Object.values(shape.members).some((member) => inside(member.shape));
  if (shape.type === 'list') return inside(shape.member.shape);
  return shape.type === 'map' && (inside(shape.key.shape) || inside(shape.value.shape));
}

function violation(printed: string | undefined, path: string, constraint: string): string {
  const value = printed === undefined ? 'Value' : `Value '${printed}'`;
  return `${value} at '${path}' failed to satisfy constraint: ${constraint}`;
}
