// DeleteParameter and DeleteParameters.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DeleteParameterRequest,
  DeleteParameterResult,
  DeleteParametersRequest,
  DeleteParametersResult,
} from '@earwitness/protocol/internal/aws/models/ssm.types';
import type { Operation } from '../../../call.ts';
import type { Parameters } from '../parameters.ts';

export function deleteParameter(parameters: Parameters): Operation<DeleteParameterRequest, DeleteParameterResult> {
  return async ({ Name: name }, call) => {
    if (!(await parameters.remove(name, call))) {
      throw new ServiceError('ParameterNotFound', `Parameter ${name} not found.`);
    }
    return {};
  };
}

export function deleteParameters(parameters: Parameters): Operation<DeleteParametersRequest, DeleteParametersResult> {
  return async ({ Names: names }, call) => {
    const deleted: string[] = [];
    const invalid: string[] = [];
    for (const name of names) {
      const list = (await parameters.remove(name, call)) ? deleted : invalid;
      list.push(name);
    }
    return { DeletedParameters: deleted, InvalidParameters: invalid };
  };
}
