// Parameters: written, read by name, version, ARN or path, listed and deleted.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Parameter as Answer } from '@earwitness/protocol/internal/aws/models/ssm.types';
import type { Call, OperationsOf } from '../../../call.ts';
import { labelledVersion, matchesFilters } from '../filters.ts';
import { takePage } from '../page.ts';
import {
  checkDataType,
  checkName,
  checkPattern,
  describeParameter,
  invalid,
  isUnder,
  MAX_VERSIONS,
  type Parameter,
  tierOf,
} from '../parameter.ts';
import type { Parts } from '../parts.ts';
import { isSecretReference, readSecret } from '../secret-reference.ts';

/** Source: Systems Manager API reference, GetParametersByPath, MaxResults. */
const PATH_PAGE_SIZE = 10;

export function parameterOperations({ platform, parameters }: Parts) {
  const read = async (name: string, call: Call, decrypted: boolean): Promise<Answer> =>
    isSecretReference(name)
      ? await readSecret(platform, name, { call, decrypted })
      : parameters.read(name, call, decrypted);
  return {
    async PutParameter(input, call) {
      const { Name: name, Value: value, Overwrite: overwrite = false, Tags: tags } = input;
      const { AllowedPattern: allowedPattern } = input;
      checkName(name);
      await parameters.authorize(name, call, 'PutParameter');
      if (input.Policies) throw invalid('Earwitness does not apply parameter policies (Policies).');
      const existing = parameters.find(name, call);
      if (existing && !overwrite) {
        throw new ServiceError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      if (existing && tags?.length) {
        throw invalid(
          "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
        );
      }
      const type = input.Type ?? existing?.type;
      if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
      const tier = tierOf(value, input);
      if (allowedPattern) await checkPattern(value, allowedPattern);
      checkDataType(input.DataType);
      const keyId = type === 'SecureString' ? (input.KeyId ?? existing?.keyId ?? 'alias/aws/ssm') : undefined;
      const newest = existing?.versions.at(-1);
      const number = (newest?.number ?? 0) + 1;
      const description = input.Description ?? newest?.description;
      const version = {
        number,
        value,
        modifiedAt: platform.clock.now(),
        ...(description !== undefined && { description }),
      };
      const kept: Parameter = existing ?? {
        account: call.account,
        region: call.region,
        name,
        type,
        tier,
        dataType: 'text',
        tags: tags ?? [],
        versions: [],
      };
      await parameters.save({
        ...kept,
        type,
        tier,
        dataType: input.DataType ?? kept.dataType,
        versions: [...kept.versions, version].slice(-MAX_VERSIONS),
        ...(allowedPattern !== undefined && { allowedPattern }),
        ...(keyId !== undefined && { keyId }),
      });
      return { Version: number, Tier: tier };
    },

    async GetParameter({ Name: name, WithDecryption: decrypted = false }, call) {
      await parameters.authorize(name, call, 'GetParameter');
      return { Parameter: await read(name, call, decrypted) };
    },

    async GetParameters({ Names: names, WithDecryption: decrypted = false }, call) {
      for (const name of names) await parameters.authorize(name, call, 'GetParameters');
      const found: Answer[] = [];
      const unknown: string[] = [];
      for (const name of names) {
        try {
          found.push(await read(name, call, decrypted));
        } catch (error) {
          if (!(error instanceof ServiceError) || error.code === 'ValidationException') throw error;
          unknown.push(name);
        }
      }
      return { Parameters: found, InvalidParameters: unknown };
    },

    async GetParametersByPath(input, call) {
      const { Path: path, Recursive: recursive = false, WithDecryption: decrypted = false } = input;
      const { ParameterFilters: filters = [] } = input;
      isUnder('/', path, recursive);
      await parameters.authorize(path, call, 'GetParametersByPath');
      const found = parameters
        .list(call)
        .filter(({ name }) => isUnder(name, path, recursive))
        .filter((parameter) => matchesFilters(parameter, filters));
      const { page, next } = takePage(found, input, { size: PATH_PAGE_SIZE });
      const referenceOf = (parameter: Parameter) => {
        const labelled = labelledVersion(parameter, filters);
        return labelled ? `${parameter.name}:${labelled.number}` : parameter.name;
      };
      return { Parameters: page.map((one) => parameters.read(referenceOf(one), call, decrypted)), ...next };
    },

    DescribeParameters(input, call) {
      const filters = [...(input.Filters ?? []), ...(input.ParameterFilters ?? [])];
      const found = parameters.list(call).filter((parameter) => matchesFilters(parameter, filters));
      const { page, next } = takePage(found, input);
      return { Parameters: page.map(describeParameter), ...next };
    },

    async DeleteParameter({ Name: name }, call) {
      if (!(await parameters.remove(name, call))) {
        throw new ServiceError('ParameterNotFound', `Parameter ${name} not found.`);
      }
      return {};
    },

    async DeleteParameters({ Names: names }, call) {
      const deleted: string[] = [];
      const unknown: string[] = [];
      for (const name of names) {
        const list = (await parameters.remove(name, call)) ? deleted : unknown;
        list.push(name);
      }
      return { DeletedParameters: deleted, InvalidParameters: unknown };
    },
  } satisfies OperationsOf<'ssm'>;
}
