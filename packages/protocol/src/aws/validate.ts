// Holds an operation's input against its model's constraints and answers with AWS's own sentence when it does not fit:
//   2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than
//   or equal to 1; Value null at 'targets' failed to satisfy constraint: Member must not be null
// Paths are lower camel case, list positions are `1.member`. Source: answers recorded on AWS (EventBridge).
//
// Each shape is compiled once into a closure, so that a call that fits costs a walk and no allocation: paths are made
// for what is wrong, on the way back.
import { ServiceError } from './errors.ts';
import { lowerFirst, printEnum, printJava } from './java-text.ts';
import type { Member, ScalarShape, ServiceModel, Shape } from './model.ts';
import { compileModelPattern } from './model-pattern.ts';

/** What is wrong with a value: at which path below it, and how a refusal shows what stands there. */
interface Problem {
  readonly path: string;
  readonly shown: string;
  readonly constraint: string;
}

/** What is wrong with a value; `FINE` when nothing is. */
type Check = (value: unknown) => readonly Problem[];

const FINE: readonly Problem[] = [];

/** The check of what has no constraint. */
const unchecked: Check = () => FINE;

const compiled = new WeakMap<ServiceModel, Map<string, Check>>();

/**
 * Checks an operation's input.
 * @throws ServiceError `ValidationException` (Query services: `ValidationError`) naming every violated constraint.
 */
export function validateInput(model: ServiceModel, operation: string, input: unknown): void {
  const shapeName = model.operations[operation]?.input;
  if (shapeName !== undefined) refuse(model, checkOf(model, shapeName)(input));
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
  refuse(model, below(lowerFirst(name), checkOf(model, member.shape)(value)));
}

function refuse(model: ServiceModel, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  const code = model.protocol === 'query' ? 'ValidationError' : 'ValidationException';
  const sentences = problems.map(
    ({ path, shown, constraint }) => `${shown} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
  throw new ServiceError(code, `${count} detected: ${sentences.join('; ')}`);
}

/** The same problems, seen from one step further up. */
function below(step: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: problem.path === '' ? step : `${step}.${problem.path}` }));
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
  table.set(shapeName, (value) => table.get(shapeName)?.(value) ?? FINE);
  const shape = model.shapes[shapeName];
  const check = shape ? compile(model, shapeName, shape) : unchecked;
  table.set(shapeName, check);
  return check;
}

function compile(model: ServiceModel, shapeName: string, shape: Shape): Check {
  const terse = isTerse(model);
  const hidden = terse || holdsSecrets(model, shape);
  const problem = (value: unknown, constraint: string): Problem => ({
    path: '',
    shown: hidden ? 'Value' : `Value '${printJava(model, shapeName, value)}'`,
    constraint,
  });
  switch (shape.type) {
    case 'structure':
      return compileStructure(model, shape.members, shape.required ?? []);
    case 'list': {
      const memberShape = model.shapes[shape.member.shape];
      const isText = memberShape?.type === 'string';
      const member = checkOf(model, shape.member.shape);
      const tests = lengthTests(shape);
      if (tests.length === 0 && member === unchecked) return unchecked;
      return (value) => {
        if (!Array.isArray(value)) return FINE;
        let found = brokenBy(tests, value.length, (constraint) => problem(value, constraint));
        for (let index = 0; index < value.length; index++) {
          const inside = member(value[index]);
          if (inside.length === 0) continue;
          // Text in a list is named by the list, with everything that it has to be.
          if (isText) {
            const all = allConstraints(memberShape, terse).join(', ');
            return [...found, problem(value, `Member must satisfy constraint: [${all}]`)];
          }
          found = [...found, ...below(`${index + 1}.member`, inside)];
        }
        return found;
      };
    }
    case 'map': {
      const keyShape = model.shapes[shape.key.shape];
      const valueShape = model.shapes[shape.value.shape];
      const keys = keyShape?.type === 'string' ? textTests(keyShape, terse) : [];
      const values = checkOf(model, shape.value.shape);
      const tests = lengthTests(shape);
      if (tests.length === 0 && keys.length === 0 && values === unchecked) return unchecked;
      return (value) => {
        if (value === null || typeof value !== 'object') return FINE;
        const record = value as Readonly<Record<string, unknown>>;
        const names = Object.keys(record);
        let found = brokenBy(tests, names.length, (constraint) => problem(value, constraint));
        if (keyShape?.type === 'string' && names.some((name) => keys.some(({ breaks }) => breaks(name)))) {
          const all = allConstraints(keyShape, terse).join(', ');
          found = [...found, problem(value, `Map keys must satisfy constraint: [${all}]`)];
        }
        for (const name of names) {
          const inside = values(record[name]);
          if (inside.length === 0) continue;
          if (valueShape?.type === 'string') {
            const all = allConstraints(valueShape, terse).join(', ');
            return [...found, problem(value, `Map value must satisfy constraint: [${all}]`)];
          }
          found = [...found, ...below(`${name}.member`, inside)];
        }
        return found;
      };
    }
    case 'string': {
      const tests = textTests(shape, terse);
      if (tests.length === 0) return unchecked;
      return (value) =>
        typeof value === 'string' ? brokenBy(tests, value, (constraint) => problem(value, constraint)) : FINE;
    }
    case 'blob': {
      const tests = lengthTests(shape);
      if (tests.length === 0) return unchecked;
      return (value) =>
        value instanceof Uint8Array ? brokenBy(tests, value.length, (constraint) => problem(value, constraint)) : FINE;
    }
    case 'integer':
    case 'long':
    case 'double':
    case 'float': {
      const tests = boundTests(shape, 'value');
      if (tests.length === 0) return unchecked;
      return (value) =>
        typeof value === 'number' ? brokenBy(tests, value, (constraint) => problem(value, constraint)) : FINE;
    }
    default:
      return unchecked;
  }
}

function compileStructure(
  model: ServiceModel,
  members: Readonly<Record<string, Member>>,
  required: readonly string[],
): Check {
  const parts = Object.entries(members)
    .map(([name, member]) => ({
      name,
      label: lowerFirst(name),
      isRequired: required.includes(name),
      check: checkOf(model, member.shape),
    }))
    .filter(({ isRequired, check }) => isRequired || check !== unchecked);
  if (parts.length === 0) return unchecked;
  return (value) => {
    if (value === null || typeof value !== 'object') return FINE;
    const record = value as Readonly<Record<string, unknown>>;
    let found = FINE;
    for (const { name, label, isRequired, check } of parts) {
      const inner = record[name];
      if (inner !== undefined && inner !== null) {
        const inside = check(inner);
        if (inside.length > 0) found = [...found, ...below(label, inside)];
      } else if (isRequired) {
        found = [...found, { path: label, shown: 'Value null', constraint: 'Member must not be null' }];
      }
    }
    return found;
  };
}

/** One constraint of a text, a number or a length. */
interface Test<Value> {
  breaks(value: Value): boolean;
  /** As refusals say it. */
  constraint(): string;
}

function brokenBy<Value>(
  tests: readonly Test<Value>[],
  value: Value,
  problem: (constraint: string) => Problem,
): readonly Problem[] {
  let found = FINE;
  for (const test of tests) if (test.breaks(value)) found = [...found, problem(test.constraint())];
  return found;
}

function boundTests(
  { min, max }: { readonly min?: number; readonly max?: number },
  what: 'value' | 'length',
): Test<number>[] {
  const tests: Test<number>[] = [];
  if (min !== undefined) {
    const constraint = () => `Member must have ${what} greater than or equal to ${min}`;
    tests.push({ breaks: (value) => value < min, constraint });
  }
  if (max !== undefined) {
    const constraint = () => `Member must have ${what} less than or equal to ${max}`;
    tests.push({ breaks: (value) => value > max, constraint });
  }
  return tests;
}

function lengthTests(bounds: { readonly min?: number; readonly max?: number }): Test<number>[] {
  return boundTests(bounds, 'length');
}

/**
 * The pattern comes before the lengths, other than in the list of all constraints. Recorded on AWS: a connection's
 * name.
 */
function textTests(shape: ScalarShape, terse: boolean): Test<string>[] {
  const { pattern, enum: values } = shape;
  const tests: Test<string>[] = [];
  if (pattern !== undefined) {
    let compiledPattern: RegExp | undefined;
    tests.push({
      breaks(value) {
        compiledPattern ??= compileModelPattern(pattern);
        return !compiledPattern.test(value);
      },
      constraint: () => `Member must satisfy regular expression pattern: ${pattern}`,
    });
  }
  const lengths = lengthTests(shape).reverse();
  tests.push(
    ...lengths.map(({ breaks, constraint }) => ({ breaks: (text: string) => breaks(text.length), constraint })),
  );
  if (values)
    tests.push({ breaks: (value) => !values.includes(value), constraint: () => enumConstraint(values, terse) });
  return tests;
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
