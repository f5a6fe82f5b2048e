// The short forms of intrinsic functions in YAML: `!Sub text` is `{ "Fn::Sub": text }`. Any other local tag is
// refused by name, also those of AWS::LanguageExtensions, which has none. Source: CloudFormation's intrinsic function
// reference, that of Rules' functions, and "AWS::LanguageExtensions transform" (no short forms).
import type { Value, ValueMap } from './value.ts';

const SHORT_FORMS = new Map(
  [
    ...['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAZs', 'GetAtt', 'If', 'ImportValue', 'Join', 'Not', 'Or'],
    ...['Select', 'Split', 'Sub', 'Transform'],
    ...['Contains', 'EachMemberEquals', 'EachMemberIn', 'RefAll', 'ValueOf', 'ValueOfAll'],
  ].map((name) => [`!${name}`, `Fn::${name}`]),
);
SHORT_FORMS.set('!Ref', 'Ref');
SHORT_FORMS.set('!Condition', 'Condition');

/** The long form of a tagged value; `undefined` when CloudFormation has no such short form. */
export function expandTag(tag: string, value: Value): ValueMap | undefined {
  const name = SHORT_FORMS.get(tag);
  if (name === undefined) return undefined;
  // `!GetAtt Queue.Arn`: the part before the first dot is the resource, the rest (which may hold dots) the attribute.
  if (name === 'Fn::GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { [name]: dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [name]: value };
}
