// Parameters: written, read by name, version, ARN or path, listed and deleted.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Parameter as Answer } from '@earwitness/protocol/internal/aws/models/ssm.types';
import type { OperationsOf } from '../../../call.ts';
import { matchesFilters } from '../filters.ts';
import { takePage } from '../page.ts';
import {
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

/** Source: Systems Manager API reference, GetParametersByPath, MaxResults. */
const PATH_PAGE_SIZE = 10;

export function parameterOperations({ platform, parameters }: Parts) {
  return {
    async PutParameter(input, call) {
      const { Name: name, Value: value, Overwrite: overwrite = false, Tags: tags } = input;
      const { Description: description, AllowedPattern: allowedPattern } = input;
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
      const keyId = type === 'SecureString' ? (input.KeyId ?? existing?.keyId ?? 'alias/aws/ssm') : undefined;
      const number = (existing?.versions.at(-1)?.number ?? 0) + 1;
      const version = { number, value, modifiedAt: platform.clock.now() };
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
        ...(description !== undefined && { description }),
        ...(allowedPattern !== undefined && { allowedPattern }),
        ...(keyId !== undefined && { keyId }),
      });
      return { Version: number, Tier: tier };
    },

    async GetParameter({ Name: name, WithDecryption: decrypted = false }, call) {
      await parameters.authorize(name, call, 'GetParameter');
      return { Parameter: parameters.read(name, call, decrypted) };
    },

    async GetParameters({ Names: names, WithDecryption: decrypted = false }, call) {
      for (const name of names) await parameters.authorize(name, call, 'GetParameters');
      const found: Answer[] = [];
      const unknown: string[] = [];
      for (const name of names) {
        try {
          found.push(parameters.read(name, call, decrypted));
        } catch (error) {
          if (!(error instanceof ServiceError) || error.code === 'ValidationException') throw error;
          unknown.push(name);
        }
      }
      return { Parameters: found, InvalidParameters: unknown };
    },

    async GetParametersByPath(input, call) {
      const { Path: path, Recursive: recursive = false, WithDecryption: decrypted = false } = input;
      isUnder('/', path, recursive);
      await parameters.authorize(path, call, 'GetParametersByPath');
      const found = parameters
        .list(call)
        .filter(({ name }) => isUnder(name, path, recursive))
        .filter((parameter) => matchesFilters(parameter, input.ParameterFilters ?? []));
      const { page, next } = takePage(found, input, { size: PATH_PAGE_SIZE });
      return { Parameters: page.map(({ name }) => parameters.read(name, call, decrypted)), ...next };
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
