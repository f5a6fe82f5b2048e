// A template as GetTemplate shows it after its transforms: without `Transform`, and with what AWS::LanguageExtensions
// makes of its functions where parameters and mappings say it. Source: recorded on AWS, LocalStack cloudformation
// test_transformers and test_languageextensions.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { refusal } from '@earwitness/protocol/internal/template/problem';
import { resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { transformsOf } from '@earwitness/protocol/internal/template/template';
import { asIntrinsic, isList, isMap, type Value, type ValueMap } from '@earwitness/protocol/internal/template/value';

const SHOWN_AS_VALUES = ['Fn::FindInMap', 'Fn::Length', 'Fn::Sub', 'Fn::ToJsonString'];

/** @param scope knows parameters and pseudo parameters, and no resources */
export function processedTemplate(root: ValueMap, scope: Scope): ValueMap {
  const transforms = transformsOf(root);
  if (transforms.length === 0) return root;
  const { Transform: _, ...rest } = root;
  if (!transforms.includes('AWS::LanguageExtensions')) return rest;
  const unknown = (): never => {
    throw refusal('not known yet');
  };
  const known: Scope = { ...scope, condition: unknown, reference: unknown, attribute: unknown, imported: unknown };
  const members = Object.entries(rest).map(([name, section]) => [
    name,
    ['Resources', 'Outputs', 'Conditions'].includes(name) ? withValues(section, known) : section,
  ]);
  return Object.fromEntries(members);
}

function withValues(value: Value, known: Scope): Value {
  if (isList(value)) return value.map((item) => withValues(item, known));
  if (!isMap(value)) return value;
  if (SHOWN_AS_VALUES.includes(asIntrinsic(value)?.name ?? '')) {
    try {
      return resolveValue(value, known) ?? value;
    } catch (error) {
      // It needs a resource: it stays the function that it is.
      if (!(error instanceof ServiceError)) throw error;
    }
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withValues(member, known)]));
}
