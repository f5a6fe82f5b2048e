// The transforms of a whole template: macros of the account in their order, then AWS's own. Any other one is refused by
// name.
import { createHash } from 'node:crypto';
import { expandLoops } from '@earwitness/protocol/internal/template/loops';
import { collect, type Problem, refusal, refuse } from '@earwitness/protocol/internal/template/problem';
import { SERVERLESS_TRANSFORM } from '@earwitness/protocol/internal/template/sam/name';
import { countProblems, transformsOf } from '@earwitness/protocol/internal/template/template';
import { isList, isMap, type Value, type ValueMap, weigh } from '@earwitness/protocol/internal/template/value';
import { type MacroRun, runMacro } from './macro.ts';

const TRANSFORMS = ['AWS::LanguageExtensions', SERVERLESS_TRANSFORM];

/** `isExpanded` is false when serverless resources could not be expanded: they are still in the template. */
export async function transform(
  written: ValueMap,
  run: MacroRun,
): Promise<{ readonly root: ValueMap; readonly isExpanded: boolean }> {
  const { source, names, problems } = run;
  const root = await runMacros(written, run);
  const transforms = transformsOf(root);
  const expanded = transforms.includes('AWS::LanguageExtensions') ? writeOut(root, run) : root;
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

/**
 * The template as the account's own macros leave it. Each gets all of it but `Transform`, and the one before's work.
 */
async function runMacros(written: ValueMap, run: MacroRun): Promise<ValueMap> {
  const { Transform: declared, ...rest } = written;
  if (declared === undefined) return written;
  const line = run.source.lineOf(written, 'Transform');
  let fragment: Value = run.source.derive(rest, written);
  let isChanged = false;
  for (const one of isList(declared) ? declared : [declared]) {
    const [name] = transformsOf({ Transform: one });
    if (name === undefined || TRANSFORMS.includes(name)) continue;
    const parameters = isMap(one) ? one['Parameters'] : undefined;
    fragment = await runMacro({ name, params: isMap(parameters) ? parameters : {}, line }, fragment, run);
    isChanged = true;
  }
  if (!isChanged) return written;
  if (!isMap(fragment)) throw refusal('Template format error: unsupported structure.', line);
  return run.source.derive({ ...fragment, Transform: declared }, written);
}

/** Refuses at once: of a template whose loops cannot be written out nobody knows what is in it. */
function writeOut(root: ValueMap, { source, names, problems }: MacroRun): ValueMap {
  const mappings = root['Mappings'];
  const options = { source, parameters: names, mappings: isMap(mappings) ? mappings : {} };
  const looped = collect<Value>(problems, () => expandLoops(root, options), root);
  if (looped === root) refuse(problems);
  return isMap(looped) ? looped : root;
}

/** Ours: values and characters after the transforms. CloudFormation takes a megabyte "and some buffer". */
const TRANSFORMED_MAX = 4_000_000;

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
