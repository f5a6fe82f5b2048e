// What is known of a nested stack before it is made: all that is known of its template.
import { isAbsolute, relative } from 'node:path';
import type { Assessment, Wrong } from '../../../assessment/assessment.ts';
import { type Finding, refusalsOf } from '../../../resources/finding.ts';
import type { Beside, Properties, ResourcePlace } from '../../../resources/resource.ts';
import { assessTemplate } from '../assessment/assess.ts';
import type { OutsideText } from '../blueprint/outside-text.ts';
import type { Parts } from '../parts.ts';
import { nestedParameters, readNestedTemplate } from './nested-order.ts';

const PATH = ['TemplateURL'] as const;

type Place = ResourcePlace & Pick<Beside, 'assessed' | 'directory' | 'within'>;

/** Attributes that its template tells, `Outputs.QueueArn`; none where it cannot be read, which its examination says. */
export async function foreseeNested(
  parts: Parts,
  properties: Properties,
  place: Place,
): Promise<Readonly<Record<string, string>>> {
  const { call, directory, within = [] } = place;
  const template = await readNestedTemplate(properties, { platform: parts.platform, call, directory });
  if (template.kind !== 'text' || within.includes(template.file)) return {};
  if ((await refusalsOf(['Parameters'], () => nestedParameters(properties))).length > 0) return {};
  const { leaves } = await assessNested(parts, template, properties, place);
  return Object.fromEntries(Object.entries(leaves.outputs).map(([name, value]) => [`Outputs.${name}`, value]));
}

export async function examineNested(parts: Parts, properties: Properties, place: Place): Promise<Finding[]> {
  const { call, directory, within = [], standIns } = place;
  const template = await readNestedTemplate(properties, { platform: parts.platform, call, directory });
  if (template.kind === 'elsewhere' && standIns.allows('AWS::CloudFormation::Stack')) {
    const means = 'the stack is made with an id and outputs of a guessed form, and nothing is in it';
    return [{ kind: 'stands in', path: PATH, why: 'its template is in no bucket of this cloud', means }];
  }
  if (template.kind !== 'text')
    return [{ kind: 'refused', path: PATH, message: template.message, mend: template.mend }];
  const refused = await refusalsOf(['Parameters'], () => nestedParameters(properties));
  if (refused.length > 0) return refused;
  const { file, directory: folder } = template;
  if (within.includes(file)) {
    const message = `${file} nests itself: a stack of it has no end.`;
    return [{ kind: 'refused', path: PATH, message, mend: 'take the nested stack out' }];
  }
  const assessment = await assessNested(parts, template, properties, place);
  const own = folder === undefined ? [] : [file];
  const takenIn = [...own, ...assessment.files].map((one): Finding => ({ kind: 'takes in', file: one }));
  return [...takenIn, ...findingsOf(assessment, shownLocation(properties['TemplateURL'], directory))];
}

/** Asked twice of each stack, for its outputs and for what is said of it: assessed once. */
function assessNested(
  parts: Parts,
  { text, file, directory: folder }: Extract<OutsideText, { readonly kind: 'text' }>,
  properties: Properties,
  { assessed, call, logicalId, stackName, within = [] }: Place,
): Promise<Assessment> {
  const parameters = nestedParameters(properties);
  const name = `${stackName}-${logicalId}`;
  const key = JSON.stringify([name, file, parameters]);
  const order = { stackName: name, template: text, directory: folder, within: [...within, file], parameters, assessed };
  const assessment = assessed.get(key) ?? assessTemplate(parts, order, call);
  assessed.set(key, assessment);
  return assessment;
}

function shownLocation(location: unknown, directory = '/'): string {
  const text = typeof location === 'string' ? location : '';
  return isAbsolute(text) ? relative(directory, text) : text;
}

/** What is said of the nested template, as said of the property that names it. */
function findingsOf({ wrong, doubtful, standsIn, toGive }: Assessment, file: string): Finding[] {
  const at = (line: number | undefined) => (line === undefined ? file : `${file}:${line}`);
  const said = ({ message, line, resource, mend }: Wrong) => {
    const of = resource === undefined ? '' : `${resource}: `;
    return { path: PATH, message: `${at(line)}: ${of}${message}`, ...(mend !== undefined && { mend }) };
  };
  return [
    ...wrong.map((one): Finding => ({ kind: 'refused', ...said(one) })),
    ...doubtful.map((one): Finding => ({ kind: 'doubtful', ...said(one) })),
    ...standsIn.map(
      ({ resource, type, line, why, means }): Finding => ({
        ...{ kind: 'stands in', path: PATH, means },
        why: `${at(line)}: ${resource} (${type}): ${why}`,
      }),
    ),
    ...toGive.map(({ kind, name, line, give }): Finding => {
      if (kind === 'package') return { kind, name, command: give };
      // The flags of `earwitness dev` give parameters to stacks of the command line alone.
      if (kind === 'parameter') {
        const message = `${at(line)}: Parameters: [${name}] must have values`;
        return { kind: 'refused', path: PATH, message, mend: `give ${name} under Parameters` };
      }
      return { kind: 'refused', path: PATH, message: `${at(line)}: there is no ${kind} ${name}`, mend: give };
    }),
  ];
}
