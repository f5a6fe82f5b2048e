// References to what SAM makes or renames: they name the resources that stand there in the end.
import { asIntrinsic, isList, isMap, plainText, type Value } from '../value.ts';
import type { Assembly } from './assembly.ts';

// `!Ref Function.Alias`, `!GetAtt Function.Alias.Arn` and `${Api.Stage}` name resources that SAM generated; a layer has
// another id than the template gives it.
export function renameReferences(value: Value, assembly: Assembly): Value {
  const { references, renamed, source } = assembly;
  if (references.size === 0 && renamed.size === 0) return value;
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name === 'Ref') {
    const name = plainText(intrinsic.argument);
    const meant = references.get(name) ?? renamed.get(name);
    return meant === undefined ? value : source.derive({ Ref: meant }, value);
  }
  if (intrinsic?.name === 'Fn::GetAtt') return renameInGetAtt(value, intrinsic.argument, assembly);
  if (intrinsic?.name === 'Fn::Sub')
    return source.derive({ 'Fn::Sub': renameInSub(intrinsic.argument, assembly) }, value);
  if (isList(value))
    return source.derive(
      value.map((item) => renameReferences(item, assembly)),
      value,
    );
  if (!isMap(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, renameReferences(member, assembly)] as const);
  return source.derive(Object.fromEntries(members), value);
}

/** Resources that wait for one with another id. */
export function renameDependencies({ resources, renamed, source }: Assembly): void {
  if (renamed.size === 0) return;
  const rename = (name: Value) => renamed.get(plainText(name)) ?? name;
  for (const [logicalId, resource] of resources) {
    const before = resource['DependsOn'];
    if (before === undefined) continue;
    const DependsOn = isList(before) ? before.map(rename) : rename(before);
    resources.set(logicalId, source.derive({ ...resource, DependsOn }, resource));
  }
}

function renameInGetAtt(value: Value, argument: Value, { references, renamed, source }: Assembly): Value {
  // A reference that SAM invents may stand in the list as one word, [Function.Alias, Arn].
  const [name = '', ...attribute] = (isList(argument) ? argument.map(plainText).join('.') : plainText(argument)).split(
    '.',
  );
  const [member = '', ...rest] = attribute;
  const made = references.get(`${name}.${member}`);
  if (made !== undefined && rest.length > 0) return source.derive({ 'Fn::GetAtt': [made, rest.join('.')] }, value);
  const moved = renamed.get(name);
  return moved === undefined ? value : source.derive({ 'Fn::GetAtt': [moved, attribute.join('.')] }, value);
}

function renameInSub(argument: Value, assembly: Assembly): Value {
  if (isList(argument)) {
    const [text = '', variables = {}] = argument;
    return [renameInSub(text, assembly), renameReferences(variables, assembly)];
  }
  if (typeof argument !== 'string') return argument;
  return argument.replace(/\$\{([A-Za-z0-9]+)(\.[A-Za-z0-9]+)?(\.[A-Za-z0-9.]+)?\}/g, (whole, ...groups: string[]) => {
    const [name = '', member = '', rest = ''] = groups;
    const made = assembly.references.get(`${name}${member}`);
    if (made !== undefined) return `\${${made}${rest}}`;
    const moved = assembly.renamed.get(name);
    return moved === undefined ? whole : `\${${moved}${member}${rest}}`;
  });
}
