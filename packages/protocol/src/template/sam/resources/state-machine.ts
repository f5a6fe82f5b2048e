// AWS::Serverless::StateMachine: a state machine of Step Functions, its role, its alias and version, its events.
// Intrinsic functions inside `Definition` become substitutions, so that the definition is one text. A `DefinitionUri`
// that is no S3 location stays a text: it is a file, as the author has it.
import { asIntrinsic, isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import type { Apis } from '../api/api-draft.ts';
import {
  type Assembly,
  addResource,
  asciiJson,
  ownAttributes,
  pick,
  report,
  type Serverless,
  tagList,
} from '../assembly.ts';
import { addStateMachineEvents } from '../events/state-machine-event.ts';
import { locationFault, s3Location } from '../location.ts';
import { addRole } from '../role.ts';
import { checkResource } from '../specification.ts';

export function expandStateMachine(assembly: Assembly, serverless: Serverless, apis: Apis): void {
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  const tags = tagList(properties['Tags'], 'stateMachine:createdBy');
  const { Role: role, Policies: policies, Name: name, Type: type, Logging: logging, Tracing: tracing } = properties;
  if (role !== undefined && policies !== undefined) {
    const message = "Specify either 'Role' or 'Policies' (but not both at the same time) or neither of them";
    report(assembly, serverless, { message, at: properties, member: 'Role' });
  }
  const machine = {
    ...definitionOf(assembly, serverless),
    RoleArn: role ?? { 'Fn::GetAtt': [`${logicalId}Role`, 'Arn'] },
    ...(name !== undefined && { StateMachineName: name }),
    ...(type !== undefined && { StateMachineType: type }),
    ...(logging !== undefined && { LoggingConfiguration: logging }),
    ...(tracing !== undefined && { TracingConfiguration: tracing }),
    Tags: tags,
  };
  const Properties = assembly.source.derive(machine, properties, {
    StateMachineName: 'Name',
    StateMachineType: 'Type',
    LoggingConfiguration: 'Logging',
    TracingConfiguration: 'Tracing',
    DefinitionString: 'Definition',
    DefinitionS3Location: 'DefinitionUri',
  });
  const resource = { Type: 'AWS::StepFunctions::StateMachine', ...ownAttributes(declared), Properties };
  addResource(assembly, logicalId, resource, serverless);
  if (role === undefined) {
    const traces = isMap(tracing) && scalarText(tracing['Enabled']) === 'true';
    const managed = traces ? ['AWSXrayWriteOnlyAccess'] : [];
    const needs = { managed: [], inline: [] };
    addRole(assembly, serverless, { service: 'states.amazonaws.com', managed, needs, tags });
  }
  const target = addAlias(assembly, serverless);
  addStateMachineEvents({ assembly, serverless, apis, logicalId: target });
}

/** Adds version and alias; returns the logical id that events start. */
function addAlias(assembly: Assembly, serverless: Serverless): string {
  const { logicalId, properties, declared } = serverless;
  const { AutoPublishAlias: alias, DeploymentPreference: preference, UseAliasAsEventTarget: asTarget } = properties;
  if (alias === undefined) {
    for (const [name, value] of Object.entries({ UseAliasAsEventTarget: asTarget, DeploymentPreference: preference })) {
      if (value === undefined || scalarText(value) === 'false') continue;
      const message = `'${name}' requires 'AutoPublishAlias' property to be specified.`;
      report(assembly, serverless, { message, at: properties, member: name });
    }
    return logicalId;
  }
  const versionId = `${logicalId}Version`;
  const aliasId = `${logicalId}Alias${scalarText(alias) ?? ''}`;
  addResource(
    assembly,
    versionId,
    {
      Type: 'AWS::StepFunctions::StateMachineVersion',
      DeletionPolicy: declared['DeletionPolicy'] ?? 'Retain',
      UpdateReplacePolicy: declared['UpdateReplacePolicy'] ?? 'Retain',
      Properties: {
        StateMachineArn: { Ref: logicalId },
        StateMachineRevisionId: { 'Fn::GetAtt': [logicalId, 'StateMachineRevisionId'] },
      },
    },
    serverless,
  );
  const deployment = isMap(preference) ? preference : { Type: 'ALL_AT_ONCE' };
  addResource(
    assembly,
    aliasId,
    {
      Type: 'AWS::StepFunctions::StateMachineAlias',
      Properties: { Name: alias, DeploymentPreference: { ...deployment, StateMachineVersionArn: { Ref: versionId } } },
    },
    serverless,
  );
  return scalarText(asTarget) === 'true' ? aliasId : logicalId;
}

function definitionOf(assembly: Assembly, serverless: Serverless): ValueMap {
  const { properties } = serverless;
  const { Definition: definition, DefinitionUri: uri } = properties;
  const given = pick(properties, ['DefinitionSubstitutions']);
  if (definition !== undefined && uri !== undefined) {
    const message = "Specify either 'Definition' or 'DefinitionUri' property and not both.";
    report(assembly, serverless, { message, at: properties, member: 'DefinitionUri' });
    return given;
  }
  if (uri !== undefined) {
    const fault = locationFault(uri, 'DefinitionUri');
    if (fault !== undefined) report(assembly, serverless, { message: fault, at: properties, member: 'DefinitionUri' });
    return { ...given, DefinitionS3Location: s3Location(uri, 'definition') ?? uri };
  }
  if (definition === undefined) {
    const message = "Either 'Definition' or 'DefinitionUri' property must be specified.";
    report(assembly, serverless, { message, at: properties });
    return given;
  }
  const substitutions: Record<string, Value> = {};
  const bare = substituted(definition, substitutions);
  const before = given['DefinitionSubstitutions'];
  const lines = asciiJson(JSON.stringify(bare, null, 4)).split('\n');
  const all = { ...(isMap(before) && before), ...substitutions };
  const text = { 'Fn::Join': ['\n', lines] };
  if (isMap(definition)) assembly.source.made(text, definition);
  return { ...(Object.keys(all).length > 0 && { DefinitionSubstitutions: all }), DefinitionString: text };
}

/** The definition with its keys sorted and a substitution for each value that is only known at deployment. */
function substituted(value: Value, substitutions: Record<string, Value>): Value {
  if (asIntrinsic(value) || (typeof value === 'string' && /^\{\{resolve:[a-z-]+:.+\}\}$/.test(value))) {
    const name = `definition_substitution_${Object.keys(substitutions).length + 1}`;
    substitutions[name] = value;
    return `\${${name}}`;
  }
  if (isList(value)) return value.map((item) => substituted(item, substitutions));
  if (!isMap(value)) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, substituted(member, substitutions)]));
}
