// AWS::Serverless::Application: a nested stack. Its template is a file or address as the author has it; an application
// of the Serverless Application Repository has its id in place of a template's address, which only AWS could give.
import { asIntrinsic, isMap, type Value } from '../../value.ts';
import { type Assembly, addResource, pick, report, type Serverless, tagList } from '../assembly.ts';
import { checkResource } from '../specification.ts';

export function expandApplication(assembly: Assembly, serverless: Serverless): void {
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  const { Location: location = '', Tags: tags } = properties;
  const application = isMap(location) && !asIntrinsic(location) ? location : undefined;
  const marks: Record<string, Value> = {};
  for (const [member, mark] of [
    ['ApplicationId', 'applicationId'],
    ['SemanticVersion', 'semanticVersion'],
  ] as const) {
    const value = application?.[member];
    if (value !== undefined && value !== null) marks[`serverlessrepo:${mark}`] = value;
    else if (application) {
      const message = `Resource is missing the required [${member}] property.`;
      report(assembly, serverless, { message, at: application });
    }
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
