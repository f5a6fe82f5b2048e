// Input, InputPath, InputTransformer: what a target gets of an event. Everything is text in, text out, so that numbers
// keep their spelling. An InputTemplate has two modes: a JSON object keeps the types of what is put in (json-template);
// anything else is plain text, in which values lose their quotes. Source of each rule: native captures, September 2026;
// recorded cases in input.test.ts.
import { ServiceError } from '../aws/errors.ts';
import { createTemplate, type ShapedInput, type TemplateContext } from './input-template.ts';
import { parseJsonPath, selectValue } from './json-path.ts';
import { findJsonFault } from './json-text.ts';

/** The part of a target that decides its input. */
export interface InputSettings {
  readonly Input?: string | undefined;
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | {
        readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
        readonly InputTemplate: string;
      }
    | undefined;
}

/** Shapes one event (compact JSON text). */
export type InputShaper = (event: string, context: TemplateContext) => ShapedInput;

const shapers = new WeakMap<InputSettings, InputShaper>();

/** Shapes an event for a target. The target's settings are compiled once per object. */
export function shapeInput(settings: InputSettings, event: string, context: TemplateContext): ShapedInput {
  const { Input: input, InputPath: inputPath, InputTransformer: transformer } = settings;
  if (input === undefined && inputPath === undefined && transformer === undefined) return { text: event, valid: true };
  let shaper = shapers.get(settings);
  if (!shaper) {
    shaper = createShaper(settings);
    shapers.set(settings, shaper);
  }
  return shaper(event, context);
}

function createShaper({ Input, InputPath, InputTransformer }: InputSettings): InputShaper {
  if (Input !== undefined) {
    const constant = { text: Input, valid: Input !== '' };
    return () => constant;
  }
  if (InputTransformer) return createTemplate(InputTransformer);
  const path = parseJsonPath(InputPath ?? '');
  return (event) => {
    const value = path && selectValue(event, path);
    // A missing value, null and the empty path all give an empty object.
    return { text: value === undefined || value === 'null' ? '{}' : value, valid: true };
  };
}

/**
 * Refuses, as PutTargets does, settings that cannot shape any event.
 * @throws ServiceError `ValidationException` with AWS's sentence.
 */
export function checkInputSettings(settings: InputSettings, targetId: string): void {
  const { Input, InputPath, InputTransformer } = settings;
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw refusal(`Only one of Input, InputPath, or InputTransformer must be provided for target ${targetId}.`);
  }
  if (Input !== undefined && Input !== '') {
    const fault = findJsonFault(Input);
    if (fault >= 0) throw refusal(`JSON syntax error in input for target ${targetId}: ${sourceAt(Input, fault)}`);
  }
  if (InputPath !== undefined && InputPath !== '' && !parseJsonPath(InputPath)) throw invalidPath(targetId);
  if (InputTransformer) checkTransformer(InputTransformer, targetId);
}

function checkTransformer(transformer: NonNullable<InputSettings['InputTransformer']>, targetId: string): void {
  for (const path of Object.values(transformer.InputPathsMap ?? {})) {
    if (!parseJsonPath(path)) throw invalidPath(targetId);
  }
  const template = createTemplate(transformer);
  const { unknown, asKey, wholeEventInText, skeleton } = template.problems;
  if (unknown !== undefined) {
    throw refusal(`InputTemplate for target ${targetId} contains invalid placeholder ${unknown}.`);
  }
  if (asKey) throw refusal(`InputTemplate placeholder present as a JSON object key for target ${targetId}.`);
  if (wholeEventInText) {
    throw refusal(
      `InputTemplate for target ${targetId} contains placeholder aws.events.event.json valid only for JSON template.`,
    );
  }
  const fault = findJsonFault(skeleton, { sequence: !template.isJson });
  if (fault >= 0) {
    throw refusal(`Invalid InputTemplate for target ${targetId} : ${sourceAt(skeleton, fault)}.`);
  }
}

function invalidPath(targetId: string): ServiceError {
  return refusal(`InputPath for target ${targetId} is invalid.`);
}

/** Where JSON is broken, in the words of AWS's parser. */
function sourceAt(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return `[Source: (String)"${text}"; line: ${lines.length}, column: ${column}]`;
}

function refusal(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
