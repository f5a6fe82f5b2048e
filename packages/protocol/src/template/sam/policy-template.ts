// Policies that SAM functions name by template: `EventBridgePutEventsPolicy: { EventBusName: !Ref Bus }`, and the
// statements that they become.
import { isMap, type Value, type ValueMap } from '../value.ts';
import { POLICY_TEMPLATES } from './policy-table.ts';

interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: { readonly operator: string; readonly key: string; readonly resource: string };
}

let table: ReadonlyMap<string, string> | undefined;

function lineOf(name: string): string | undefined {
  table ??= new Map(
    POLICY_TEMPLATES.trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' = ')), line.slice(line.indexOf(' = ') + 3)]),
  );
  return table.get(name);
}

export function isPolicyTemplate(name: string): boolean {
  return lineOf(name) !== undefined;
}

/** The parameters that a policy template takes. */
export function policyParameters(name: string): string[] {
  const names = [...(lineOf(name) ?? '').matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? '');
  return [...new Set(names)];
}

/** The policy document of a template with its parameters' values. */
export function policyDocument(name: string, values: Value): ValueMap {
  const given = isMap(values) ? values : {};
  const statements = statementsOf(lineOf(name) ?? '').map(({ actions, resources, condition }): ValueMap => {
    const places = resources.map((resource) => placeOf(resource, given));
    return {
      Action: actions,
      Effect: 'Allow',
      Resource: places.length === 1 ? (places[0] ?? '*') : places,
      ...(condition && {
        Condition: { [condition.operator]: { [condition.key]: placeOf(condition.resource, given) } },
      }),
    };
  });
  return { Statement: statements };
}

function statementsOf(line: string): Statement[] {
  return line.split(' ; ').map((text) => {
    const [allowed = '', condition] = text.split(' if ');
    const [actions = '', resources = ''] = allowed.split(' > ');
    const [service = '', ...names] = actions.split(' ');
    const [operator, key = '', resource = ''] = condition?.split(' ') ?? [];
    return {
      actions: names.map((name) => `${service}${name}`),
      resources: resources.split(' '),
      ...(operator !== undefined && { condition: { operator, key, resource } }),
    };
  });
}

function placeOf(resource: string, given: ValueMap): Value {
  if (resource === '*') return '*';
  const isWhole = resource.startsWith('${') || resource.startsWith('arn:');
  const [service = '', ...rest] = resource.split(':');
  const text = isWhole
    ? resource
    : `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest.join(':')}`;
  const used = Object.entries(given).filter(([name]) => text.includes(`\${${name}}`));
  return { 'Fn::Sub': used.length === 0 ? text : [text, Object.fromEntries(used)] };
}
