// `Domain` of AWS::Serverless::Api: a domain name of API Gateway, the base paths under which the API is found there,
// and its records. A private domain is a resource of the second kind.
import { isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, addResource, hashOf, pick, report, type Serverless } from '../../assembly.ts';
import { addRecords, basePathsOf, mutualTls } from '../record-set.ts';

const ENDPOINTS = ['EDGE', 'REGIONAL', 'PRIVATE'];

export function addDomain(
  assembly: Assembly,
  serverless: Serverless,
  place: { domain: ValueMap; stageId: string },
): void {
  const { domain, stageId } = place;
  for (const name of ['DomainName', 'CertificateArn']) {
    if (domain[name] !== undefined) continue;
    report(assembly, serverless, { message: `Property 'Domain.${name}' is required.`, at: domain });
    return;
  }
  const {
    DomainName: name = '',
    CertificateArn: certificate = '',
    EndpointConfiguration: chosen = 'REGIONAL',
  } = domain;
  const endpoint = scalarText(chosen) ?? '';
  if (!ENDPOINTS.includes(endpoint)) {
    const message = "EndpointConfiguration for Custom Domains must be one of ['EDGE', 'REGIONAL', 'PRIVATE'].";
    report(assembly, serverless, { message, at: domain, member: 'EndpointConfiguration' });
    return;
  }
  const isPrivate = endpoint === 'PRIVATE';
  const domainId = `ApiGatewayDomainName${isPrivate ? 'V2' : ''}${hashOf(name, assembly)}`;
  const properties = {
    DomainName: name,
    [endpoint === 'REGIONAL' ? 'RegionalCertificateArn' : 'CertificateArn']: certificate,
    EndpointConfiguration: { Types: [endpoint], ...pick(domain, ['IpAddressType']) },
    ...(!isPrivate && mutualTls(assembly, serverless, domain)),
    ...pick(domain, ['SecurityPolicy', 'EndpointAccessMode']),
    ...pick(domain, [isPrivate ? 'Policy' : 'OwnershipVerificationCertificateArn']),
  };
  const Properties = assembly.source.derive(properties, domain);
  const Type = isPrivate ? 'AWS::ApiGateway::DomainNameV2' : 'AWS::ApiGateway::DomainName';
  addResource(assembly, domainId, { Type, Properties }, serverless);
  assembly.references.set(`${serverless.logicalId}.DomainName${isPrivate ? 'V2' : ''}`, domainId);
  addMappings(assembly, serverless, { domain, domainId, stageId, isPrivate });
  if (isPrivate) addAccess(assembly, serverless, { domain, domainId });
  const target = isPrivate ? (scalarText(name) ?? domainId) : domainId;
  addRecords(assembly, serverless, { domain, domainId: target, endpoint });
}

function addMappings(
  assembly: Assembly,
  serverless: Serverless,
  place: {
    readonly domain: ValueMap;
    readonly domainId: string;
    readonly stageId: string;
    readonly isPrivate: boolean;
  },
): void {
  const { domain, domainId, stageId, isPrivate } = place;
  const { logicalId } = serverless;
  const add = (id: string, more: ValueMap) => {
    const Properties = {
      [isPrivate ? 'DomainNameArn' : 'DomainName']: { Ref: domainId },
      RestApiId: { Ref: logicalId },
      Stage: { Ref: stageId },
      ...more,
    };
    const Type = `AWS::ApiGateway::BasePathMapping${isPrivate ? 'V2' : ''}`;
    addResource(assembly, id, { Type, Properties }, serverless);
  };
  const paths = basePathsOf(domain, (index) => {
    const message = `Property 'Domain.BasePath[${index}]' should be a string.`;
    report(assembly, serverless, { message, at: domain, member: 'BasePath' });
  });
  if (paths.length === 0) add(`${logicalId}BasePathMapping`, {});
  for (const path of paths) {
    const bare = path.replace(/[^A-Za-z0-9]/g, '');
    const isKept = scalarText(domain['NormalizeBasePath']) === 'false';
    add(`${logicalId}${bare}BasePathMapping`, { BasePath: isKept ? path : bare });
  }
}

/** A private domain may be reached from one endpoint of a network. */
function addAccess(assembly: Assembly, serverless: Serverless, place: { domain: ValueMap; domainId: string }): void {
  const { domain, domainId } = place;
  const access = domain['AccessAssociation'];
  if (access !== undefined && !isMap(access)) {
    report(assembly, serverless, { message: "Property 'Domain.AccessAssociation' should be a map.", at: domain });
  }
  if (!isMap(access)) return;
  const endpoint: Value = access['VpcEndpointId'] ?? '';
  const Properties = {
    DomainNameArn: { Ref: domainId },
    AccessAssociationSourceType: 'VPCE',
    AccessAssociationSource: endpoint,
  };
  const id = `DomainNameAccessAssociation${hashOf([endpoint, domainId], assembly)}`;
  addResource(assembly, id, { Type: 'AWS::ApiGateway::DomainNameAccessAssociation', Properties }, serverless);
}
