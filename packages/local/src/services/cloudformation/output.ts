// Outputs and exports. A URL of an API that is deployed here, such as
// `https://{api}.execute-api.{region}.amazonaws.com/Prod/`, is shown as the local URL that answers, with the form it
// has on AWS in the description. Exports keep AWS's form.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Output } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { referencesIn } from '@earwitness/protocol/internal/template/graph';
import { refusal } from '@earwitness/protocol/internal/template/problem';
import { resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { scalarText, type Value } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../own-entry.ts';
import type { Blueprint } from './blueprint/blueprint.ts';
import type { OutputRecord, Place, StackRecord, StackStore } from './stack.ts';

/**
 * @param resources those of the stack: what is secret of them does not show
 * @throws ServiceError `ValidationError` for a value that is no text.
 */
export function resolveOutputs(
  blueprint: Blueprint,
  scope: Scope,
  resources: StackRecord['resources'],
): OutputRecord[] {
  const outputs: OutputRecord[] = [];
  for (const [key, declared] of Object.entries(blueprint.template.outputs)) {
    if (declared.condition !== undefined && !blueprint.scope.condition(declared.condition)) continue;
    const text = (value: Value) => {
      const resolved = scalarText(resolveValue(value, scope, declared.line));
      if (resolved !== undefined) return resolved;
      throw refusal(`Template format error: Output ${key} is malformed: its Value must be a string`, declared.line);
    };
    outputs.push({
      key,
      value: text(declared.value),
      ...(isSecret(declared.value, resources) && { isHidden: true }),
      ...(declared.description !== undefined && { description: text(declared.description) }),
      ...(declared.exportName !== undefined && { exportName: text(declared.exportName) }),
    });
  }
  return outputs;
}

/** Whether a value has attributes of a custom resource that is not to be shown. */
function isSecret(value: Value, resources: StackRecord['resources']): boolean {
  return referencesIn(value).some(
    ({ name, attribute }) => attribute !== undefined && ownEntry(resources, name)?.made?.noEcho === true,
  );
}

export interface ExportRecord {
  readonly name: string;
  readonly value: string;
  readonly stackId: string;
  readonly stackName: string;
}

/** Every export of the place, by name. */
export function listExports(stacks: StackStore, place: Place): ExportRecord[] {
  return stacks
    .list(place)
    .filter((stack) => stack.status !== 'DELETE_COMPLETE')
    .flatMap((stack) =>
      stack.outputs.flatMap(({ exportName, value }) =>
        exportName === undefined ? [] : [{ name: exportName, value, stackId: stack.id, stackName: stack.name }],
      ),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names of the stacks that import an export. */
export function importersOf(name: string, stacks: StackStore, place: Place): string[] {
  const using = stacks
    .list(place)
    .filter((stack) => stack.status !== 'DELETE_COMPLETE' && stack.imports.includes(name));
  return using.map((stack) => stack.name);
}

/**
 * Holds new outputs against what other stacks export and import.
 * @throws ServiceError `ValidationError`
 */
export function checkExports(stack: StackRecord, outputs: readonly OutputRecord[], stacks: StackStore): void {
  const taken = listExports(stacks, stack).filter((item) => item.stackId !== stack.id);
  for (const { exportName } of outputs) {
    const other = taken.find((item) => item.name === exportName);
    if (other) {
      throw new ServiceError(
        'ValidationError',
        `Export with name ${exportName} is already exported by stack ${other.stackName}.`,
      );
    }
  }
  for (const before of stack.outputs) {
    if (before.exportName === undefined) continue;
    const after = outputs.find((output) => output.exportName === before.exportName);
    if (after?.value === before.value) continue;
    const users = importersOf(before.exportName, stacks, stack);
    if (users.length === 0) continue;
    const verb = after ? 'updated' : 'deleted';
    throw new ServiceError(
      'ValidationError',
      `Export ${before.exportName} cannot be ${verb} as it is in use by ${users.join(', ')}`,
    );
  }
}

/** Source: CloudFormation user guide, "Custom resource response objects", NoEcho. */
const HIDDEN_OUTPUT = '*****';

const API_TYPES = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'];
const API_URL = /^https:\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(\/.*)?$/;

/**
 * Outputs as DescribeStacks shows them. `httpAddress` is where deployed APIs answer; `undefined` leaves values as they
 * are.
 */
export function showOutputs(stack: StackRecord, stacks: StackStore, httpAddress: string | undefined): Output[] {
  const apis = httpAddress === undefined ? [] : deployedApis(stacks, stack);
  return stack.outputs.map(({ key, value, description, exportName, isHidden }) => {
    const [, apiId = '', path = ''] = API_URL.exec(value) ?? [];
    const isOurs = apis.includes(apiId);
    const shown = isOurs ? [description, `(on AWS: ${value})`].filter(Boolean).join(' ') : description;
    return {
      OutputKey: key,
      OutputValue: isHidden ? HIDDEN_OUTPUT : isOurs ? `${httpAddress}/_aws/execute-api/${apiId}${path}` : value,
      ...(shown !== undefined && { Description: shown }),
      ...(exportName !== undefined && { ExportName: exportName }),
    };
  });
}

function deployedApis(stacks: StackStore, place: Place): string[] {
  return stacks
    .list(place)
    .flatMap((stack) => Object.values(stack.resources))
    .flatMap(({ type, made }) => (API_TYPES.includes(type) && made ? [made.physicalId] : []));
}
