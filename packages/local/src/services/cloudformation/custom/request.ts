// What the function of a custom resource is told. Source: CloudFormation user guide, "Custom resource request objects".
import type { Properties } from '../../../resources/resource.ts';

export type CustomRequest = {
  readonly StackId: string;
  readonly LogicalResourceId: string;
  /** `Custom::Thing` */
  readonly ResourceType: string;
  readonly ResourceProperties: Properties;
} & (
  | { readonly RequestType: 'Create' }
  | { readonly RequestType: 'Delete'; readonly PhysicalResourceId: string }
  | { readonly RequestType: 'Update'; readonly PhysicalResourceId: string; readonly OldResourceProperties: Properties }
);

/** Properties as functions get them: numbers and booleans are texts, at whatever depth. */
export function asTexts(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asTexts(member)]));
}
