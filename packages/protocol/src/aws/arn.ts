// Amazon Resource Names: `arn:partition:service:region:account:resource`. One parser and one builder for every room.

/** The parts of an ARN; `resource` keeps its own colons and slashes. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Parses an ARN; returns `undefined` when the text is not one. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, account, ...resource] = text.split(':');
  if (
    prefix !== 'arn' ||
    !partition ||
    !service ||
    region === undefined ||
    account === undefined ||
    resource.length === 0
  ) {
    return undefined;
  }
  return { partition, service, region, account, resource: resource.join(':') };
}

/** The partition that a region belongs to: `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

/** Builds an ARN; the partition follows from the region. */
export function formatArn(parts: Omit<Arn, 'partition'> & { readonly partition?: string }): string {
  const partition = parts.partition ?? partitionOf(parts.region);
  return `arn:${partition}:${parts.service}:${parts.region}:${parts.account}:${parts.resource}`;
}
