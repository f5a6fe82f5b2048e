// Definitions of state machines in a file of this machine. `DefinitionS3Location: orders.asl.json` (plain
// CloudFormation, as `aws cloudformation package` takes it) and SAM's `DefinitionUri` become the text that the file
// has, so that an edited file is a change of the stack. Objects of S3 are read when the machine is made.
import type { ResourceDeclaration, Template } from '@earwitness/protocol/internal/template/declaration';
import type { Problem } from '@earwitness/protocol/internal/template/problem';
import type { Scope } from '@earwitness/protocol/internal/template/resolve';
import type { Platform } from '../../../platform.ts';
import type { BlueprintOrder } from './blueprint.ts';
import { directoryOf } from './code.ts';
import { readOutsideText } from './outside-text.ts';

interface Taking {
  readonly platform: Platform;
  readonly order: Pick<BlueprintOrder, 'call' | 'tags'>;
  readonly scope: Scope;
  readonly problems: Problem[];
  /** Gets the absolute paths of the files that were read. */
  readonly files: string[];
}

/** The template with what the files of its state machines say. */
export async function takeDefinitions(template: Template, taking: Taking): Promise<Template> {
  const located = Object.entries(template.resources).filter(([, declared]) => locationOf(declared, taking.scope));
  if (located.length === 0) return template;
  const resources = { ...template.resources };
  for (const [logicalId, declared] of located) resources[logicalId] = await take(declared, template, taking);
  return { ...template, resources };
}

function locationOf({ type, condition, properties }: ResourceDeclaration, scope: Scope): string | undefined {
  const { DefinitionS3Location: location } = properties;
  if (type !== 'AWS::StepFunctions::StateMachine' || typeof location !== 'string') return undefined;
  return condition === undefined || scope.condition(condition) ? location : undefined;
}

async function take(
  declared: ResourceDeclaration,
  { source }: Template,
  { platform, order: { call, tags }, scope, problems, files }: Taking,
): Promise<ResourceDeclaration> {
  const location = locationOf(declared, scope) ?? '';
  const outside = await readOutsideText(location, { platform, call, directory: directoryOf(tags) });
  const line = source.lineOf(declared.properties, 'DefinitionS3Location') ?? declared.line;
  const { DefinitionS3Location: _, ...rest } = declared.properties;
  if (outside.kind !== 'text') {
    problems.push({ message: outside.message, line, mend: outside.mend });
    return declared;
  }
  if (outside.directory !== undefined) files.push(outside.file);
  const properties = source.derive({ ...rest, DefinitionString: outside.text }, declared.properties, {
    DefinitionString: 'DefinitionS3Location',
  });
  return { ...declared, properties, files: { DefinitionString: location } };
}
