// GetParameter, GetParameters and GetParametersByPath.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter,
} from '@earwitness/protocol/internal/aws/models/ssm.types';
import type { Operation } from '../../../call.ts';
import { matchesFilters } from '../filters.ts';
import { isUnder, type Parameters, takePage } from '../parameters.ts';

export function getParameter(parameters: Parameters): Operation<GetParameterRequest, GetParameterResult> {
  return async ({ Name: name, WithDecryption: decrypted = false }, call) => {
    await parameters.authorize(name, call, 'GetParameter');
    return { Parameter: parameters.read(name, call, decrypted) };
  };
}

export function getParameters(parameters: Parameters): Operation<GetParametersRequest, GetParametersResult> {
  return async ({ Names: names, WithDecryption: decrypted = false }, call) => {
    for (const name of names) await parameters.authorize(name, call, 'GetParameters');
    const found: Parameter[] = [];
    const invalid: string[] = [];
    for (const name of names) {
      try {
        found.push(parameters.read(name, call, decrypted));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        invalid.push(name);
      }
    }
    return { Parameters: found, InvalidParameters: invalid };
  };
}

export function getParametersByPath(
  parameters: Parameters,
): Operation<GetParametersByPathRequest, GetParametersByPathResult> {
  return async (input, call) => {
    const { Path: path, Recursive: recursive = false, WithDecryption: decrypted = false, MaxResults: max = 10 } = input;
    isUnder('/', path, recursive);
    await parameters.authorize(path, call, 'GetParametersByPath');
    const found = parameters
      .list(call)
      .filter(({ name }) => isUnder(name, path, recursive))
      .filter((parameter) => matchesFilters(parameter, input.ParameterFilters ?? []));
    const { page, next } = takePage(found, max, input.NextToken);
    return {
      Parameters: page.map(({ name }) => parameters.read(name, call, decrypted)),
      ...(next !== undefined && { NextToken: next }),
    };
  };
}
