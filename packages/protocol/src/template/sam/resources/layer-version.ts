// AWS::Serverless::LayerVersion: a layer whose logical id ends with a hash of what it is, so that a change makes a new
// version and the old one is kept. References to it follow. A `ContentUri` that is no S3 location stays a text.
import { asIntrinsic, isList, isMap, scalarText, type Value } from '../../value.ts';
import { type Assembly, addResource, pick, report, type Serverless, sortedJson } from '../assembly.ts';
import { resolveParameters } from '../known-value.ts';
import { locationFault, s3Location } from '../location.ts';
import { checkResource } from '../specification.ts';

const POLICIES = ['Retain', 'Delete'];

export function expandLayerVersion(assembly: Assembly, serverless: Serverless): void {
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  const known: Record<string, Value> = { ...properties };
  for (const name of ['LayerName', 'LicenseInfo', 'Description', 'RetentionPolicy']) {
    const value = properties[name];
    if (value === undefined) continue;
    const resolved = resolveParameters(value, assembly);
    known[name] = resolved;
    if (typeof resolved === 'string' || isMap(resolved)) continue;
    const message = `Could not resolve parameter for '${name}' or parameter is not a String.`;
    if (isMap(value)) report(assembly, serverless, { message, at: properties, member: name });
  }
  const hashed = {
    [logicalId]: {
      Type: serverless.type,
      ...pick(declared, ['DependsOn', 'Condition', 'UpdatePolicy']),
      Properties: known,
    },
  };
  const id = `${logicalId}${assembly.sha1(sortedJson(hashed)).slice(0, 10)}`;
  assembly.renamed.set(logicalId, id);
  const architectures = properties['CompatibleArchitectures'];
  const made = { ...serverless, logicalId: id };
  const foreign = (isList(architectures) ? architectures : []).find(
    (one) => !asIntrinsic(one) && one !== 'x86_64' && one !== 'arm64',
  );
  if (foreign !== undefined) {
    const message = "CompatibleArchitectures needs to be a list of 'x86_64' or 'arm64'";
    report(assembly, made, { message, at: properties, member: 'CompatibleArchitectures' });
  }
  const uri = properties['ContentUri'] ?? '';
  const fault = locationFault(properties['ContentUri'], 'ContentUri');
  if (fault !== undefined) report(assembly, made, { message: fault, at: properties, member: 'ContentUri' });
  const layer = {
    LayerName: known['LayerName'] ?? logicalId,
    ...pick(known, ['Description', 'CompatibleArchitectures', 'CompatibleRuntimes', 'LicenseInfo']),
    Content: s3Location(uri, 'code') ?? uri,
  };
  addResource(
    assembly,
    id,
    {
      Type: 'AWS::Lambda::LayerVersion',
      ...pick(declared, ['DependsOn']),
      DeletionPolicy:
        retentionOf(assembly, serverless, known['RetentionPolicy']) ?? declared['DeletionPolicy'] ?? 'Retain',
      Properties: assembly.source.derive(layer, properties, { Content: 'ContentUri' }),
    },
    serverless,
  );
}

function retentionOf(assembly: Assembly, serverless: Serverless, policy: Value | undefined): string | undefined {
  if (policy === undefined) return undefined;
  const known = POLICIES.find((one) => one.toLowerCase() === scalarText(policy)?.toLowerCase());
  if (known !== undefined) return known;
  const message = asIntrinsic(policy)
    ? "'RetentionPolicy' does not accept intrinsic functions, please use one of the following options: ['Retain', 'Delete']"
    : "'RetentionPolicy' must be one of the following options: ['Retain', 'Delete'].";
  report(assembly, serverless, { message, at: serverless.properties, member: 'RetentionPolicy' });
  return undefined;
}
