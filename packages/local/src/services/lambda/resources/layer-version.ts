// CloudFormation: AWS::Lambda::LayerVersion (Ref: the version's ARN) and AWS::Lambda::LayerVersionPermission.
import { reportLayer } from '../../../functions/node/missing-packages.ts';
import { type Finding, refusalsOf } from '../../../resources/finding.ts';
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { type LayerContent, readContent } from '../layers/content.ts';
import { parseLayerVersionArn } from '../layers/layer.ts';
import { locationOf } from './code-location.ts';

export const layerVersionResource = serviceResource('lambda', {
  type: 'AWS::Lambda::LayerVersion',
  takenBy: ['PublishLayerVersion'],
  serves: ['CompatibleArchitectures', 'CompatibleRuntimes', 'Content', 'Description', 'LayerName', 'LicenseInfo'],
  async examine(properties, { standIns, dispatch, call }) {
    let content: LayerContent | undefined;
    const path = ['Content'];
    const refused = await refusalsOf(path, async () => {
      content = await readContent(locationOf(properties['Content'], properties), { dispatch, call });
    });
    if (content?.code.kind === 'directory') {
      return [
        ...refused,
        ...reportLayer(content.code.path).map((missing): Finding => ({ kind: 'package', ...missing })),
      ];
    }
    if (content?.code.kind !== 'object') return refused;
    const why = `its content, ${content.code.location}, is not on this machine`;
    const finding: Finding = standIns.allows('AWS::Lambda::LayerVersion')
      ? { kind: 'stands in', path, why, means: 'functions run without what it holds' }
      : { kind: 'refused', path, message: `Earwitness does not serve this layer: ${why}.` };
    return [...refused, finding];
  },
  async create({ Content, ...properties }, { generateName, parse, run }) {
    const LayerName = textProperty(properties, 'LayerName') ?? generateName({ maxLength: 64 });
    const given = await parse('PublishLayerVersion', properties);
    const input = { ...given, LayerName, Content: locationOf(Content, properties) };
    const { LayerVersionArn } = await run('PublishLayerVersion', input);
    return { physicalId: LayerVersionArn ?? '', attributes: { LayerVersionArn: LayerVersionArn ?? '' } };
  },
  delete: ({ physicalId }, { run }) => run('DeleteLayerVersion', versionOf(physicalId)),
});

export const layerVersionPermissionResource = serviceResource('lambda', {
  type: 'AWS::Lambda::LayerVersionPermission',
  serves: ['Action', 'LayerVersionArn', 'OrganizationId', 'Principal'],
  gone: 'ResourceNotFoundException',
  async create(properties, { generateName, parse, run }) {
    const StatementId = generateName({ maxLength: 100 });
    const arn = String(properties['LayerVersionArn']);
    const given = await parse('AddLayerVersionPermission', { ...properties, ...versionOf(arn) });
    await run('AddLayerVersionPermission', { ...given, StatementId });
    const Id = `${arn}#${StatementId}`;
    return { physicalId: Id, attributes: { Id } };
  },
  delete: ({ physicalId }, { run }) => {
    const [arn = '', StatementId = ''] = physicalId.split('#');
    return run('RemoveLayerVersionPermission', { ...versionOf(arn), StatementId });
  },
});

function versionOf(arn: string): { readonly LayerName: string; readonly VersionNumber: number } {
  const { version = 0 } = parseLayerVersionArn(arn) ?? {};
  return { LayerName: arn.split(':').slice(0, -1).join(':'), VersionNumber: version };
}
