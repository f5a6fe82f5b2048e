// AWS::Serverless::Application: a nested stack. Its template is a file or address as the author has it; an application
// of the Serverless Application Repository has its id in place of a template's address, which only AWS could give.
import { asIntrinsic, isMap, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, pick, report, type Serverless, tagList } from '../assembly.ts';
import { resolveMappings } from '../known-value.ts';
import { checkResource } from '../specification.ts';

export function expandApplication(assembly: Assembly, serverless: Serverless): void {
  const { logicalId, properties, declared } = serverless;
  const { Location: given, Tags: tags } = properties;
  const refuse = (message: string) => report(assembly, serverless, { message, at: properties, member: 'Location' });
  if (given === undefined) {
    refuse('Resource is missing the required [Location] property.');
    return;
  }
  checkResource(assembly, serverless);
  const location = resolveMappings(given, assembly);
  const application = isMap(location) && !asIntrinsic(location) ? location : undefined;
  const fault = application && applicationFault(application);
  if (fault !== undefined) refuse(fault);
  const marks: Record<string, Value> = {};
  for (const [member, mark] of Object.entries(MARKS)) {
    const value = application?.[member];
    if (value !== undefined && value !== null) marks[`serverlessrepo:${mark}`] = value;
  }
  const stack = {
    ...pick(properties, ['Parameters', 'NotificationARNs', 'TimeoutInMinutes']),
    Tags: tagList({ ...(isMap(tags) && tags), ...marks }),
    TemplateURL: application?.['ApplicationId'] ?? location,
  };
  const Properties = assembly.source.derive(stack, properties, { TemplateURL: 'Location' });
  const resource = { Type: 'AWS::CloudFormation::Stack', ...pick(declared, ['DependsOn']), Properties };
  addResource(assembly, logicalId, resource, serverless);
}

const MARKS = { ApplicationId: 'applicationId', SemanticVersion: 'semanticVersion' };

/** What keeps an application of the repository from being found. */
function applicationFault(application: ValueMap): string | undefined {
  const { ApplicationId: id, SemanticVersion: version } = application;
  const absent = Object.keys(MARKS).find((name) => !Object.hasOwn(application, name));
  if (absent !== undefined) return `Resource is missing the required [${absent}] property.`;
  if (id === null) return "Property 'ApplicationId' is required.";
  if (!version) return "Property 'SemanticVersion' cannot be blank.";
  const unresolved = Object.entries({ ApplicationId: id, SemanticVersion: version }).find(([, value]) => isMap(value));
  if (unresolved) {
    return `Property '${unresolved[0]}' cannot be resolved. Only FindInMap and Ref intrinsic functions are supported.`;
  }
  if (typeof id !== 'string') return "Property 'Location.ApplicationId' should be a string.";
  if (typeof version !== 'string') return "Property 'Location.SemanticVersion' should be a string.";
  if (!id.startsWith('{{resolve:')) return undefined;
  return "Serverless Application Repostiory does not support dynamic reference in 'ApplicationId' property.";
}
