// The contract between CloudFormation and the services whose resources it makes. A resource type turns template properties into
// calls of its own service's operations (through the dispatcher, like anybody) and names what Ref and Fn::GetAtt answer.
import type { Call, Caller } from '../call.ts';

/** Template properties after intrinsic functions were resolved: plain JSON with CloudFormation's own spelling. */
export type Properties = Readonly<Record<string, unknown>>;

export interface ResourceContext {
  /** Carries account, region and principal for calls through the dispatcher. */
  readonly call: Call;
  readonly dispatch: Caller;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** A physical name as CloudFormation generates it: `<stack>-<logicalId>-<12 upper-case characters>`, cut to `maxLength`. */
  generateName(options?: { readonly maxLength?: number; readonly lowerCase?: boolean }): string;
}

/** What exists after create or update. */
export interface Made {
  /** What `Ref` answers. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` answers, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ResourceType {
  /** `AWS::Events::Rule`. */
  readonly type: string;
  /**
   * Every top-level property that is understood: `required`, `optional`, or `replaces` (optional, and a changed value makes a new
   * resource). Any other property fails the deployment by name, except those in `ignored`.
   */
  readonly properties: Readonly<Record<string, 'required' | 'optional' | 'replaces' | 'required-replaces'>>;
  /** Real properties of the type that change nothing a test could see (Tags, Description, …). */
  readonly ignored?: readonly string[];
  create(properties: Properties, context: ResourceContext): Promise<Made>;
  /** Changes an existing resource in place. Left out: any change replaces the resource. */
  update?(
    made: Made,
    properties: Properties,
    context: ResourceContext & { readonly previous: Properties },
  ): Promise<Made>;
  /** Removes the resource; one that is gone already is fine. */
  delete(made: Made, context: ResourceContext & { readonly properties: Properties }): Promise<void>;
}
