// CloudFormation: AWS::Lambda::Version (Ref: the version's ARN).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { textProperty } from '../../../resources/properties.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const versionResource = serviceResource('lambda', {
  type: 'AWS::Lambda::Version',
  serves: ['FunctionName', 'Description', 'CodeSha256'],
  ignores: ['RuntimePolicy', 'ProvisionedConcurrencyConfig'],
  gone: 'ResourceNotFoundException',
  oneAtATime: true,
  async create(properties, { run }) {
    const FunctionName = String(properties['FunctionName']);
    const Description = textProperty(properties, 'Description');
    const before = await versionsOf(FunctionName, run);
    const { FunctionArn = '', Version = '' } = await run('PublishVersion', { FunctionName, Description });
    // PublishVersion gives the last version back when nothing has changed since. Source of the sentence: serverless
    // #7822, siem-on-amazon-opensearch-service #261.
    if (before.includes(Version)) {
      const message = `A version for this Lambda function exists ( ${Version} ). Modify the function to create a new version.`;
      throw new ServiceError('AlreadyExists', message);
    }
    return { physicalId: FunctionArn, attributes: { Version, FunctionArn } };
  },
  delete: ({ physicalId: FunctionName }, { run }) => run('DeleteFunction', { FunctionName }),
});

async function versionsOf(FunctionName: string, run: ResourceContext<'lambda'>['run']): Promise<string[]> {
  const versions: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await run('ListVersionsByFunction', { FunctionName, Marker });
    versions.push(...(page.Versions ?? []).map(({ Version = '' }) => Version));
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return versions;
}
