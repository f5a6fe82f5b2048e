// `Domain` of AWS::Serverless::HttpApi: a domain name of API Gateway v2, the mappings under which the API is found
// there, and its records.
import { scalarText, type ValueMap } from '../../../value.ts';
import { type Assembly, addResource, hashOf, pick, report, type Serverless } from '../../assembly.ts';
import { addRecords, basePathsOf, mutualTls } from '../record-set.ts';

export function addHttpDomain(
  assembly: Assembly,
  serverless: Serverless,
  { domain, stageId, tags }: { readonly domain: ValueMap; readonly stageId: string; readonly tags: ValueMap },
): void {
  const { logicalId } = serverless;
  const refuse = (message: string) => report(assembly, serverless, { message, at: domain });
  const { DomainName: name, CertificateArn: certificate, EndpointConfiguration: endpoint = 'REGIONAL' } = domain;
  if (name === undefined || certificate === undefined) {
    refuse('Custom Domains only works if both DomainName and CertificateArn are provided.');
    return;
  }
  if (endpoint !== 'REGIONAL') refuse("EndpointConfiguration for Custom Domains must be one of ['REGIONAL'].");
  const domainId = `ApiGatewayDomainNameV2${hashOf(name, assembly)}`;
  const properties = {
    DomainName: name,
    DomainNameConfigurations: [
      {
        CertificateArn: certificate,
        EndpointType: scalarText(endpoint) ?? 'REGIONAL',
        ...pick(domain, ['OwnershipVerificationCertificateArn', 'SecurityPolicy']),
      },
    ],
    ...mutualTls(assembly, serverless, domain),
    Tags: tags,
  };
  const Properties = assembly.source.derive(properties, domain);
  addResource(assembly, domainId, { Type: 'AWS::ApiGatewayV2::DomainName', Properties }, serverless);
  assembly.references.set(`${logicalId}.DomainName`, domainId);
  const map = (id: string, more: ValueMap) => {
    const mapping = { DomainName: { Ref: domainId }, ApiId: { Ref: logicalId }, Stage: { Ref: stageId }, ...more };
    addResource(assembly, id, { Type: 'AWS::ApiGatewayV2::ApiMapping', Properties: mapping }, serverless);
  };
  const paths = basePathsOf(domain, () => refuse('Basepath must be a string.'));
  if (paths.length === 0) map(`${logicalId}ApiMapping`, {});
  for (const path of paths) {
    if (/[^0-9a-zA-Z/\-_]/.test(path)) refuse('Invalid Basepath name provided.');
    map(`${logicalId}${path.replace(/[-_/]+/g, '')}ApiMapping`, { ApiMappingKey: path.replace(/^\/+|\/+$/g, '') });
  }
  addRecords(assembly, serverless, { domain, domainId, endpoint: 'REGIONAL' });
}
