// SSM's Parameter Store: parameters with versions. Everything else of Systems Manager is not served (501).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { deleteParameter, deleteParameters } from './operations/delete-parameter.ts';
import { describeParameters } from './operations/describe-parameters.ts';
import { getParameter, getParameters, getParametersByPath } from './operations/get-parameter.ts';
import { putParameter } from './operations/put-parameter.ts';
import { Parameters } from './parameters.ts';
import { parameterResource } from './resources.ts';

export function createSsmService(platform: Platform): Service {
  const parameters = new Parameters(platform);
  return {
    name: 'ssm',
    operations: {
      DeleteParameter: deleteParameter(parameters),
      DeleteParameters: deleteParameters(parameters),
      DescribeParameters: describeParameters(parameters),
      GetParameter: getParameter(parameters),
      GetParameters: getParameters(parameters),
      GetParametersByPath: getParametersByPath(parameters),
      PutParameter: putParameter(parameters),
    },
    resources: [parameterResource],
  };
}
