// Filters of DescribeParameters and GetParametersByPath. Keys and options that are not evaluated here are refused by
// name.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ParameterStringFilter } from '@earwitness/protocol/internal/aws/models/ssm.types';
import { isUnder, type Parameter, type ParameterVersion } from './parameter.ts';

/** @throws InvalidFilterKey, InvalidFilterOption */
export function matchesFilters(parameter: Parameter, filters: readonly ParameterStringFilter[]): boolean {
  return filters.every((filter) => {
    const { Key: key, Values: values = [] } = filter;
    if (key === 'Path') return values.some((path) => isUnder(parameter.name, path, filter.Option === 'Recursive'));
    const texts = textsOf(parameter, key);
    const compare = comparison(filter);
    return values.length === 0 ? texts.length > 0 : values.some((value) => texts.some((text) => compare(text, value)));
  });
}

/** The version that a filter by label is for: GetParametersByPath answers that one, not the newest. */
export function labelledVersion(
  { versions }: Parameter,
  filters: readonly ParameterStringFilter[],
): ParameterVersion | undefined {
  const labels = filters.flatMap(({ Key: key, Values: values = [] }) => (key === 'Label' ? values : []));
  return versions.findLast((version) => version.labels?.some((label) => labels.includes(label)));
}

function textsOf(parameter: Parameter, key: string): readonly string[] {
  if (key.startsWith('tag:')) {
    return parameter.tags.filter((tag) => tag.Key === key.slice(4)).map((tag) => tag.Value);
  }
  const { keyId } = parameter;
  switch (key) {
    case 'Name':
      return [parameter.name];
    case 'Label':
      return parameter.versions.flatMap(({ labels = [] }) => labels);
    case 'Type':
      return [parameter.type];
    case 'KeyId':
      return keyId === undefined ? [] : [keyId];
    case 'Tier':
      return [parameter.tier];
    case 'DataType':
      return [parameter.dataType];
    default:
      throw new ServiceError('InvalidFilterKey', `Earwitness does not evaluate the filter key ${key}.`);
  }
}

function comparison({
  Key: key,
  Option: option = 'Equals',
}: ParameterStringFilter): (text: string, value: string) => boolean {
  // A name may be filtered with or without its leading slash.
  const bare = (text: string) => (key === 'Name' ? text.replace(/^\//, '') : text);
  switch (option) {
    case 'Equals':
      return (text, value) => bare(text) === bare(value);
    case 'BeginsWith':
      return (text, value) => bare(text).startsWith(bare(value));
    case 'Contains':
      return (text, value) => text.includes(value);
    default:
      throw new ServiceError('InvalidFilterOption', `The filter option ${option} is not valid for ${key}.`);
  }
}
