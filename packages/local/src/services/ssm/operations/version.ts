// Versions of a parameter: their history, and labels that name them (`name:label`).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import { takePage } from '../page.ts';
import { describeVersion, type Parameter, type ParameterVersion } from '../parameter.ts';
import type { Parts } from '../parts.ts';

/** Of one version. Source: Systems Manager user guide, "Working with parameter labels". */
const MAX_LABELS = 10;

export function versionOperations({ parameters }: Parts) {
  function open(name: string, call: Call): Parameter {
    const parameter = parameters.find(name, call);
    if (!parameter) throw new ServiceError('ParameterNotFound', `Parameter ${name} not found.`);
    return parameter;
  }
  return {
    async GetParameterHistory({ Name: name, WithDecryption: decrypted = false, ...paging }, call) {
      await parameters.authorize(name, call, 'GetParameterHistory');
      const parameter = open(name, call);
      const { page, next } = takePage(parameter.versions, paging);
      return { Parameters: page.map((version) => describeVersion(parameter, version, decrypted)), ...next };
    },

    /** A label names one version: given to another one, it moves. */
    async LabelParameterVersion({ Name: name, ParameterVersion: asked, Labels: labels }, call) {
      const parameter = open(name, call);
      const number = versionOf(parameter, asked).number;
      const valid = labels.filter(isLabel);
      const versions = parameter.versions.map((version) => {
        const others = (version.labels ?? []).filter((label) => !valid.includes(label));
        return { ...version, labels: version.number === number ? [...others, ...valid] : others };
      });
      if (versions.some((version) => version.labels.length > MAX_LABELS)) {
        throw new ServiceError(
          'ParameterVersionLabelLimitExceeded',
          `A parameter version can have maximum ${MAX_LABELS} labels. Move one or more labels to another version and try again.`,
        );
      }
      await parameters.save({ ...parameter, versions });
      return { InvalidLabels: labels.filter((label) => !isLabel(label)), ParameterVersion: number };
    },

    async UnlabelParameterVersion({ Name: name, ParameterVersion: asked, Labels: labels }, call) {
      const parameter = open(name, call);
      const { number, labels: held = [] } = versionOf(parameter, asked);
      const versions = parameter.versions.map((version) =>
        version.number === number ? { ...version, labels: held.filter((label) => !labels.includes(label)) } : version,
      );
      await parameters.save({ ...parameter, versions });
      return {
        RemovedLabels: labels.filter((label) => held.includes(label)),
        InvalidLabels: labels.filter((label) => !held.includes(label)),
      };
    },
  } satisfies OperationsOf<'ssm'>;
}

function versionOf({ name, versions }: Parameter, asked: number | undefined): ParameterVersion {
  const found = asked === undefined ? versions.at(-1) : versions.find(({ number }) => number === asked);
  if (found) return found;
  throw new ServiceError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${asked} of ${name}. Verify the version and try again.`,
  );
}

/** Source: Systems Manager API reference, LabelParameterVersion. */
function isLabel(label: string): boolean {
  return /^[A-Za-z_.-][\w.-]{0,99}$/.test(label) && !/^(aws|ssm)/i.test(label);
}
