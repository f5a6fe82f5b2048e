// `Domain.Route53` of an API: the records that lead its domain to API Gateway, in a group for each hosted zone.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, hashOf, pick, report, type Serverless } from '../assembly.ts';
import { pythonText } from '../python-text.ts';

/** The hosted zone of CloudFront. Source: AWS::Route53::RecordSet AliasTarget, "HostedZoneId". */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';

/** Adds the records of a domain, whose resource is `domainId`, to the group of its hosted zone. */
export function addRecords(
  assembly: Assembly,
  serverless: Serverless,
  { domain, domainId, endpoint }: { readonly domain: ValueMap; readonly domainId: string; readonly endpoint: string },
): void {
  const route53 = domain['Route53'];
  if (route53 !== undefined && !isMap(route53)) {
    report(assembly, serverless, {
      message: "Property 'Domain.Route53' should be a map.",
      at: domain,
      member: 'Route53',
    });
  }
  if (!isMap(route53)) return;
  const { HostedZoneId: zoneId, HostedZoneName: zoneName } = route53;
  const zone = zoneId ?? zoneName;
  if (zone === undefined) {
    const message = 'HostedZoneId or HostedZoneName is required to enable Route53 support on Custom Domains.';
    report(assembly, serverless, { message, at: route53 });
    return;
  }
  const separate = route53['SeparateRecordSetGroup'] ?? false;
  if (typeof separate !== 'boolean') {
    const message = "Property 'Domain.Route53.SeparateRecordSetGroup' should be a boolean.";
    report(assembly, serverless, { message, at: route53, member: 'SeparateRecordSetGroup' });
  }
  const isSeparate = scalarText(separate) === 'true';
  const id = `RecordSetGroup${hashOf(isSeparate ? [zone, domain['DomainName'] ?? ''] : zone, assembly)}`;
  const AliasTarget = {
    ...pick(route53, ['EvaluateTargetHealth']),
    ...aliasOf(route53, domainId, endpoint),
  };
  const record = (Type: string) => ({
    Name: domain['DomainName'] ?? '',
    Type,
    AliasTarget,
    ...pick(route53, ['Region', 'SetIdentifier']),
  });
  const records = [record('A'), ...(scalarText(route53['IpV6']) === 'true' ? [record('AAAA')] : [])];
  const before = assembly.resources.get(id);
  if (before && isMap(before['Properties'])) {
    const others = before['Properties']['RecordSets'];
    const Properties = { ...before['Properties'], RecordSets: [...(isList(others) ? others : []), ...records] };
    assembly.resources.set(id, assembly.source.derive({ ...before, Properties }, before));
    return;
  }
  const Properties = { ...pick(route53, ['HostedZoneId', 'HostedZoneName']), RecordSets: records };
  addResource(assembly, id, { Type: 'AWS::Route53::RecordSetGroup', Properties }, serverless);
}

function aliasOf(route53: ValueMap, domainId: string, endpoint: string): Record<string, Value> {
  if (endpoint === 'REGIONAL') {
    return {
      HostedZoneId: { 'Fn::GetAtt': [domainId, 'RegionalHostedZoneId'] },
      DNSName: { 'Fn::GetAtt': [domainId, 'RegionalDomainName'] },
    };
  }
  if (endpoint === 'EDGE') {
    const name = route53['DistributionDomainName'] ?? { 'Fn::GetAtt': [domainId, 'DistributionDomainName'] };
    return { HostedZoneId: CLOUDFRONT_ZONE, DNSName: name };
  }
  const { VpcEndpointHostedZoneId: zone, VpcEndpointDomainName: name } = route53;
  return { ...(zone !== undefined && { HostedZoneId: zone }), ...(name !== undefined && { DNSName: name }) };
}

/** `MutualTlsAuthentication` of a domain; other members are reported. */
export function mutualTls(assembly: Assembly, serverless: Serverless, domain: ValueMap): ValueMap {
  const config = domain['MutualTlsAuthentication'];
  const isRest = serverless.type === 'AWS::Serverless::Api';
  const known = ['TruststoreUri', 'TruststoreVersion'];
  const fields = pythonText(known);
  if (config !== undefined && !isMap(config)) {
    const message = isRest
      ? "Property 'Domain.MutualTlsAuthentication' should be a map."
      : `MutualTlsAuthentication must be a map with at least one of the following fields ${fields}.`;
    report(assembly, serverless, { message, at: domain });
  }
  if (!isMap(config)) return {};
  const foreign = Object.keys(config).filter((name) => !known.includes(name));
  if (foreign.length > 0) {
    const message = `Available ${isRest ? 'Domain.' : ''}MutualTlsAuthentication fields are ${fields}.`;
    // SAM tells it of an HTTP API with the fields in place of the API's id.
    const named = isRest ? serverless : { ...serverless, logicalId: foreign.toSorted().join(',') };
    report(assembly, named, { message, at: config });
  }
  // SAM leaves out what is empty: a version 0.
  const set = Object.entries(config).filter(([, value]) => value !== 0 && value !== '');
  return { MutualTlsAuthentication: pick(Object.fromEntries(set), known) };
}

/** `BasePath` of a domain: one or several; `refuse` gets the place of the first that is no text. */
export function basePathsOf({ BasePath: path }: ValueMap, refuse: (index: number) => void): string[] {
  if (typeof path === 'string' && path !== '') return [path];
  const paths = isList(path) ? path : [];
  const texts = paths.filter((one) => typeof one === 'string');
  if (texts.length < paths.length) refuse(paths.findIndex((one) => typeof one !== 'string'));
  return texts;
}
