// DescribeParameters: everything about parameters but their values.
import type {
  DescribeParametersRequest,
  DescribeParametersResult,
} from '@earwitness/protocol/internal/aws/models/ssm.types';
import type { Operation } from '../../../call.ts';
import { matchesFilters } from '../filters.ts';
import { describeParameter } from '../parameter.ts';
import { type Parameters, takePage } from '../parameters.ts';

export function describeParameters(
  parameters: Parameters,
): Operation<DescribeParametersRequest, DescribeParametersResult> {
  return (input, call) => {
    const { Filters: older = [], ParameterFilters: filters = [], MaxResults: max = 50, NextToken: token } = input;
    const all = [...older, ...filters];
    const found = parameters.list(call).filter((parameter) => matchesFilters(parameter, all));
    const { page, next } = takePage(found, max, token);
    return { Parameters: page.map(describeParameter), ...(next !== undefined && { NextToken: next }) };
  };
}
