// The contract between CloudFormation and the services whose resources it makes. A resource type turns template
// properties into calls of its own service's operations (through the dispatcher, like anybody) and names what Ref and
// Fn::GetAtt return. Which properties are required and which ones replace the resource, CloudFormation's own schemas
// say (protocol's aws/resource-schema.ts).
import type { Call, Caller } from '../call.ts';

/** Template properties after intrinsic functions were resolved: plain JSON with CloudFormation's own spelling. */
export type Properties = Readonly<Record<string, unknown>>;

/** What exists after create or update. */
export interface Made {
  /** What `Ref` returns. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` returns, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where a resource is made: in whose account, for which stack. */
export interface ResourcePlace {
  /** Carries account, region and principal for calls through the dispatcher. */
  readonly call: Call;
  /** For calls of another service's operations. */
  readonly dispatch: Caller;
  readonly logicalId: string;
  /**
   * A physical name as CloudFormation generates it: `<stack>-<logicalId>-<12 upper-case characters>`, cut to
   * `maxLength`.
   */
  generateName(options?: { readonly maxLength?: number }): string;
}

/** The properties that the resource had before a change. */
export interface Previous {
  readonly previous: Properties;
}

/** The properties of the resource that goes. */
export interface Last {
  readonly properties: Properties;
}

/** A resource type as CloudFormation sees it; services make theirs with `serviceResource`. */
export interface ResourceType {
  /** `AWS::Events::Rule`. */
  readonly type: string;
  /**
   * Top-level properties that are understood. Any other one fails the deployment by name, except those in `ignores`.
   */
  readonly serves: readonly string[];
  /** Properties of the type that change nothing a test could see. */
  readonly ignores?: readonly string[];
  create(properties: Properties, place: ResourcePlace): Promise<Made>;
  /** Changes an existing resource in place. Left out: any change replaces the resource. */
  update?(made: Made, properties: Properties, place: ResourcePlace & Previous): Promise<Made>;
  /** Removes the resource; one that is gone already is fine. */
  delete(made: Made, place: ResourcePlace & Last): Promise<void>;
}
