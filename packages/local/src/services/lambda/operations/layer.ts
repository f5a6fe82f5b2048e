// Layers: their versions are published, read, listed and deleted.
// Sentences and answers: recorded on AWS (LocalStack lambda_api, TestLambdaLayer).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ListLayersRequest } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { Call, OperationsOf } from '../../../call.ts';
import { readContent } from '../layers/content.ts';
import {
  describeLayerVersion,
  describeListedLayer,
  type FoundLayer,
  formatLayerArn,
  type LayerName,
  type LayerVersion,
  parseLayerName,
  parseLayerVersionArn,
} from '../layers/layer.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export function layerOperations({ layers, platform }: Parts) {
  /** @throws ServiceError `ResourceNotFoundException`, `AccessDeniedException` */
  async function read(name: LayerName, number: number, call: Call) {
    checkVersionNumber(number);
    const found = layers.find(name, number);
    if (!found) throw notFound();
    const resource = formatLayerArn(name, number);
    const policy = { Statement: found.version.statements };
    const request = { action: 'lambda:GetLayerVersion', resource, owner: name.account, policy };
    const denied = await platform.access.findRefusal(call, request);
    if (denied !== undefined) throw new ServiceError('AccessDeniedException', denied, { status: 403 });
    return describeLayerVersion(found);
  }

  return {
    async PublishLayerVersion(input, call) {
      const name = parseLayerName(input.LayerName, call);
      const content = await readContent(input.Content, { dispatch: platform.dispatch, call });
      const { CompatibleRuntimes: runtimes, CompatibleArchitectures: architectures, LicenseInfo: licenseInfo } = input;
      const published = {
        ...content,
        description: input.Description ?? '',
        ...(runtimes && { runtimes }),
        ...(architectures && { architectures }),
        ...(licenseInfo !== undefined && { licenseInfo }),
        created: platform.clock.now(),
        statements: [],
        revisionId: platform.ids.uuid(),
      };
      const layer = await layers.change(name, (now) => {
        const version: LayerVersion = { ...published, version: now.nextVersion };
        return { ...now, versions: [...now.versions, version], nextVersion: now.nextVersion + 1 };
      });
      const version = layer.versions.find(({ revisionId }) => revisionId === published.revisionId);
      if (!version) throw notFound();
      return describeLayerVersion({ layer, version });
    },

    async GetLayerVersion({ LayerName, VersionNumber }, call) {
      return await read(parseLayerName(LayerName, call), VersionNumber, call);
    },

    async GetLayerVersionByArn({ Arn }, call) {
      const name = parseLayerVersionArn(Arn);
      if (!name) throw notFound();
      return await read(name, name.version, call);
    },

    ListLayers(input, call) {
      const all = layers.list(call).flatMap((layer) => {
        const version = layer.versions.findLast((one) => isCompatible(one, input));
        if (!version) return [];
        const LatestMatchingVersion = describeListedLayer({ layer, version });
        return [{ LayerName: layer.name, LayerArn: formatLayerArn(layer), LatestMatchingVersion }];
      });
      const { page, next } = takePage(all, input);
      return { Layers: page, ...next };
    },

    ListLayerVersions(input, call) {
      const layer = layers.get(parseLayerName(input.LayerName, call));
      const found = (layer?.versions ?? [])
        .filter((version) => isCompatible(version, input))
        .flatMap((version): FoundLayer[] => (layer ? [{ layer, version }] : []))
        .toReversed();
      const { page, next } = takePage(found.map(describeListedLayer), input);
      return { LayerVersions: page, ...next };
    },

    /** One that is not there is deleted, too. */
    async DeleteLayerVersion({ LayerName, VersionNumber }, call) {
      checkVersionNumber(VersionNumber);
      const name = parseLayerName(LayerName, call);
      if (!layers.find(name, VersionNumber)) return {};
      await layers.change(name, (now) => ({
        ...now,
        versions: now.versions.filter(({ version }) => version !== VersionNumber),
      }));
      return {};
    },
  } satisfies OperationsOf<'lambda'>;
}

function isCompatible(
  { runtimes, architectures }: LayerVersion,
  asked: Pick<ListLayersRequest, 'CompatibleRuntime' | 'CompatibleArchitecture'>,
): boolean {
  const { CompatibleRuntime: runtime, CompatibleArchitecture: architecture } = asked;
  if (runtime !== undefined && !runtimes?.includes(runtime)) return false;
  return architecture === undefined || architectures?.includes(architecture) === true;
}

function checkVersionNumber(version: number): void {
  if (version >= 1) return;
  throw new ServiceError('InvalidParameterValueException', 'Layer Version Cannot be less than 1');
}

function notFound(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.');
}
