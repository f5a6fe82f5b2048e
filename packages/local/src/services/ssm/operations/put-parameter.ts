// PutParameter: a new parameter, or a new version of one.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { PutParameterRequest, PutParameterResult } from '@earwitness/protocol/internal/aws/models/ssm.types';
import type { Operation } from '../../../call.ts';
import { checkName, checkPattern, invalid, MAX_VERSIONS, type Parameter, tierOf } from '../parameter.ts';
import type { Parameters } from '../parameters.ts';

export function putParameter(parameters: Parameters): Operation<PutParameterRequest, PutParameterResult> {
  return async (input, call) => {
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
    const version = { number, value, modifiedAt: parameters.platform.clock.now() };
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
  };
}
