// Holds a mocked result against what the API of the task answers: names as Step Functions writes them (`ExecutionArn`),
// types, and in STRICT what the API requires. Only APIs that are served here are known.
// Source of the sentences: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2/test_state
// (test_field_validation_mode).
import { lowerFirst } from '@earwitness/protocol/internal/aws/java-text';
import type { ScalarShape, ServiceModel, StructureShape } from '@earwitness/protocol/internal/aws/model';
import { loadModel, type ServiceName } from '@earwitness/protocol/internal/aws/models/services';
import { isArray, isObject, type Json, type JsonObject } from '@earwitness/protocol/internal/states-language/json';
import { parseResource } from '@earwitness/protocol/internal/states-language/resource';
import { ownEntry } from '../../../own-entry.ts';
import { OPTIMIZED_SERVICES, SDK_SERVICES } from '../tasks/sdk-service.ts';

interface Mocked {
  readonly resource: string;
  readonly result: Json;
  readonly mode: 'STRICT' | 'PRESENT';
}

interface Checking {
  readonly model: ServiceModel;
  readonly mode: Mocked['mode'];
}

/** Why a result does not fit; `undefined` when it does. */
export async function findMockProblem({ resource, result, mode }: Mocked): Promise<string | undefined> {
  const parsed = parseResource(resource);
  // What comes after a callback or a job is not the API's answer.
  if (!parsed || !('action' in parsed) || parsed.pattern !== 'request') return undefined;
  const known = ownEntry<{ readonly service: ServiceName }>(
    parsed.kind === 'sdk' ? SDK_SERVICES : OPTIMIZED_SERVICES,
    parsed.service,
  );
  if (!known) return undefined;
  const model = await loadModel(known.service);
  const operation = parsed.action.charAt(0).toUpperCase() + parsed.action.slice(1);
  const output = ownEntry(model.operations, operation)?.output;
  if (output === undefined) return undefined;
  const problem = find(output, '', result, { model, mode });
  return problem === undefined ? undefined : `Mock result schema validation error: ${problem}`;
}

function find(shapeName: string, field: string, value: Json, checking: Checking): string | undefined {
  const shape = checking.model.shapes[shapeName];
  switch (shape?.type) {
    case 'structure':
      if (!isObject(value)) return wrongType(field, 'an object');
      return findMember(shape, value, checking);
    case 'list':
      if (!isArray(value)) return wrongType(field, 'an array');
      return first(value.map((item) => find(shape.member.shape, field, item, checking)));
    case 'map':
      if (!isObject(value)) return wrongType(field, 'an object');
      return first(Object.values(value).map((item) => find(shape.value.shape, field, item, checking)));
    case 'string':
      return typeof value === 'string' ? findText(shape, field, value) : wrongType(field, 'a string');
    case 'blob':
      return typeof value === 'string' ? findBlob(shape, field, value) : wrongType(field, 'a string');
    case 'timestamp':
      return typeof value === 'string' ? undefined : wrongType(field, 'a string');
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrongType(field, 'a boolean');
    case 'integer':
    case 'long':
    case 'double':
    case 'float':
      return typeof value === 'number' ? findNumber(shape, field, value) : wrongType(field, 'a number');
    default:
      return undefined;
  }
}

function findMember(
  { members, required = [], payload }: StructureShape,
  value: JsonObject,
  checking: Checking,
): string | undefined {
  const wanted = checking.mode === 'STRICT' ? required : [];
  const missing = wanted.find((name) => !Object.hasOwn(value, upperFirst(name)));
  if (missing !== undefined) return `Required field '${upperFirst(missing)}' is missing`;
  return first(
    Object.entries(value).map(([field, item]) => {
      const name = [field, lowerFirst(field)].find((one) => Object.hasOwn(members, one));
      // A payload is whatever the function answers.
      if (name === undefined || name === payload || !/^[A-Z]/.test(field)) return undefined;
      return find(members[name]?.shape ?? '', field, item, checking);
    }),
  );
}

function findText({ enum: values, min, max }: ScalarShape, field: string, value: string): string | undefined {
  if (values && !values.includes(value)) return `Field '${field}' is not an expected value`;
  if (min !== undefined && value.length < min) return `Field '${field}' is smaller than the minimum length`;
  return max !== undefined && value.length > max ? `Field '${field}' exceeds the maximum length` : undefined;
}

/** Whatever it is a text of, bytes or base64: nothing is nothing. */
function findBlob({ min = 0 }: ScalarShape, field: string, value: string): string | undefined {
  return min > 0 && value === '' ? `Field '${field}' is smaller than the minimum length` : undefined;
}

function findNumber({ min, max }: ScalarShape, field: string, value: number): string | undefined {
  if (min !== undefined && value < min) return `Field '${field}' is less than the minimum value`;
  return max !== undefined && value > max ? `Field '${field}' exceeds the maximum value` : undefined;
}

function wrongType(field: string, expected: string): string {
  return `Field '${field}' must be ${expected}`;
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
