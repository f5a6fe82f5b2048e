// The macros that are run here. Any other one is refused by name.
import { createHash } from 'node:crypto';
import { expandLoops } from '@earwitness/protocol/internal/template/loops';
import { collect, type Problem, refusal } from '@earwitness/protocol/internal/template/problem';
import type { Scope } from '@earwitness/protocol/internal/template/resolve';
import { SERVERLESS_TRANSFORM } from '@earwitness/protocol/internal/template/sam/name';
import type { Source } from '@earwitness/protocol/internal/template/source';
import { countProblems, transformsOf } from '@earwitness/protocol/internal/template/template';
import { isMap, type Value, type ValueMap, weigh } from '@earwitness/protocol/internal/template/value';
import type { ParsedText } from './parse.ts';

const TRANSFORMS = ['AWS::LanguageExtensions', SERVERLESS_TRANSFORM];

/** `isExpanded` is false when serverless resources could not be expanded: they are still in the template. */
export async function transform(
  { root, source }: Pick<ParsedText, 'root' | 'source'>,
  names: Scope['parameters'],
  problems: Problem[],
): Promise<{ readonly root: ValueMap; readonly isExpanded: boolean }> {
  const transforms = transformsOf(root);
  for (const name of transforms.filter((one) => !TRANSFORMS.includes(one))) {
    problems.push({ message: `No transform named ${name} found.`, line: source.lineOf(root, 'Transform') });
  }
  const looped = transforms.includes('AWS::LanguageExtensions')
    ? collect<Value>(problems, () => expandLoops(root, { source, parameters: names }), withoutLoops(root, source))
    : root;
  const expanded = isMap(looped) ? looped : root;
  if (!transforms.includes(SERVERLESS_TRANSFORM)) return { root: expanded, isExpanded: true };
  const tooMany = countProblems(expanded);
  if (tooMany.length > 0) return { root: expanded, isExpanded: false };
  // A fifth of the local cloud's code: only a template that names it pays for it.
  const { serverlessSentence, transformServerless } = await import(
    '@earwitness/protocol/internal/template/sam/transform'
  );
  const parts: Problem[] = [];
  const options = { source, parameters: names, sha1, problems: parts };
  const transformed = collect(problems, () => transformServerless(expanded, options), undefined);
  if (parts.length > 0) problems.push({ message: serverlessSentence(parts), parts });
  if (!transformed) return { root: expanded, isExpanded: false };
  // Source of the sentence: CloudFormation user guide, "Troubleshoot the processed template".
  if (weigh(transformed, TRANSFORMED_MAX) > TRANSFORMED_MAX) throw refusal('Transformation data limit exceeded');
  return { root: transformed, isExpanded: true };
}

/** A template whose loops cannot be written out, without the resources that they would make. */
function withoutLoops(root: ValueMap, source: Source): ValueMap {
  const resources = root['Resources'];
  if (!isMap(resources)) return root;
  const rest = Object.entries(resources).filter(([name]) => !name.startsWith('Fn::ForEach::'));
  return source.derive({ ...root, Resources: source.derive(Object.fromEntries(rest), resources) }, root);
}

/** Ours: values and characters after the transforms. CloudFormation takes a megabyte "and some buffer". */
const TRANSFORMED_MAX = 4_000_000;

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
