// The contract between CloudFormation and the services whose resources it makes. A resource type turns template
// properties into calls of its own service's operations (through the dispatcher, like anybody) and names what Ref and
// Fn::GetAtt return. Which properties are required and which ones replace the resource, CloudFormation's own schemas
// say (protocol's aws/resource-schema.ts).
import type { Assessment } from '../assessment/assessment.ts';
import type { Call, Caller } from '../call.ts';
import type { Finding, Refused } from './finding.ts';

/** Template properties after intrinsic functions were resolved: plain JSON with CloudFormation's own spelling. */
export type Properties = Readonly<Record<string, unknown>>;

/** What exists after create or update. */
export interface Made {
  /** What `Ref` returns. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` returns, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Attributes that are lists. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  /** The attributes are secret: outputs and change sets do not show them. */
  readonly noEcho?: boolean;
  /** A type that is served made this one as a stand-in: what it needs is not here. */
  readonly standsIn?: boolean;
}

/** What has the name that a template gives to a resource. */
export interface Namesake {
  /** The name, as messages show it: unique among the resources of the type in an account and region. */
  readonly name: string;
  /** The physical id that goes with the name, where it is another text and known. */
  readonly physicalId?: string;
  /** Whether the service has something of that name already. */
  readonly exists: boolean;
}

/** Where a resource is made: in whose account, for which stack. */
export interface ResourcePlace {
  /** Carries account, region and principal for calls through the dispatcher. */
  readonly call: Call;
  /** For calls of another service's operations. */
  readonly dispatch: Caller;
  /** What becomes of things that are not served. */
  readonly standIns: { allows(type: string): boolean };
  readonly stackName: string;
  readonly logicalId: string;
  /**
   * A physical name as CloudFormation generates it: `<stack>-<logicalId>-<12 upper-case characters>`, cut to
   * `maxLength`.
   */
  generateName(options?: { readonly maxLength?: number }): string;
}

/** The work of a stack that a resource is part of. */
export interface Working {
  /** What was asked for of the stack. */
  readonly stack: StackPlace;
  /** Aborted when the cloud is reset or closed meanwhile. */
  readonly signal: AbortSignal;
}

/** A stack, and what its nested stacks take over from it. */
export interface StackPlace {
  readonly id: string;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly capabilities: readonly ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | 'CAPABILITY_AUTO_EXPAND')[];
  readonly notificationArns: readonly string[];
}

/** What a creation can say before it is done. */
export interface Beginning {
  /**
   * Says that the resource exists, though more has to be done to it. When that fails, the rollback deletes it. An
   * update says so of a resource that takes the place of the one before.
   */
  began(made: Made): void;
}

/** How the text of a property came to be. */
export type Origin = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'members' | 'text' };

/** What else its template declares, before anything is made. */
export interface Beside {
  /** Absolute path from which relative paths in the template start. */
  readonly directory?: string | undefined;
  /** Absolute paths of this template and of those as whose nested stack it is made, where it is one. */
  readonly within?: readonly string[];
  /** What was found out about nested stacks already, by what is asked. */
  readonly assessed: Map<string, Promise<Assessment>>;
  /** How the text of a property came to be: of a file, as the template names it; of members of the template. */
  comesFrom(property: string): Origin;
  /** The resource that `reference` will lead to: what its `Ref` stands for until it is made. */
  declared(reference: string): { readonly type: string; readonly properties: Properties } | undefined;
}

/** The properties that the resource had before a change. */
export interface Previous {
  readonly previous: Properties;
  /** The change takes back one that has failed, or that was in vain. */
  readonly restores?: boolean;
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
  /**
   * Resources of the type are made, changed and deleted one after the other, because its operations read what they then
   * write.
   */
  readonly oneAtATime?: boolean;
  /** No service makes the type: its resources stand in, and have any attribute that the type has. */
  readonly standsIn?: boolean;
  /** The type takes any property, beside those that it serves; no schema says of them what they do. */
  readonly isOpen?: boolean;
  /** Attributes that only a resource with a certain property has: `StreamArn`, with its `StreamSpecification`. */
  readonly attributesWith?: Readonly<Record<string, string>>;
  /** Properties that have to be there, of a type without a schema. */
  readonly requires?: readonly string[];
  /** What the properties name may have changed though they have not: each update of the stack updates its resources. */
  readonly alwaysUpdates?: boolean;
  /**
   * For a type whose `create` would change what exists: what has the name that the properties give, asked before
   * `create`. `undefined` when they give none.
   */
  namesake?(properties: Properties, place: ResourcePlace): Promise<Namesake | undefined>;
  /** What the service's model refuses of values, each looked at by itself. */
  check?(properties: Properties): Promise<readonly Refused[]>;
  /**
   * What the service can say of the properties before anything is made: what `create` would refuse, what would stand
   * in. Values that are known only later have placeholders of their form.
   */
  examine?(properties: Properties, place: ResourcePlace & Beside): Promise<readonly Finding[]>;
  /** Attributes that are known before anything is made: outputs of a nested stack. */
  foresee?(
    properties: Properties,
    place: ResourcePlace & Pick<Beside, 'assessed' | 'directory' | 'within'>,
  ): Promise<Readonly<Record<string, string>>>;
  create(properties: Properties, place: ResourcePlace & Working & Beginning): Promise<Made>;
  /**
   * What exists already, and is found by what identifies resources of the type: `{ QueueUrl }`. Changes nothing.
   * `undefined`: there is none. Left out: resources of the type cannot be imported into a stack.
   */
  adopt?(identifier: Readonly<Record<string, string>>, place: ResourcePlace): Promise<Made | undefined>;
  /**
   * Whether a change makes a new resource though no property that changes does always: part of a property does. The
   * schemas say nothing of parts.
   */
  replaces?(previous: Properties, properties: Properties): boolean;
  /** Refuses an update before the resource knows of it. @throws ServiceError */
  checkUpdate?(previous: Properties, properties: Properties): void;
  /**
   * Changes an existing resource in place. Left out: any change replaces the resource. When what it returns has another
   * physical id, that takes the place of the former one, which is deleted when the stack's update is done.
   */
  update?(made: Made, properties: Properties, place: ResourcePlace & Working & Beginning & Previous): Promise<Made>;
  /** Removes the resource; one that is gone already is fine. */
  delete(made: Made, place: ResourcePlace & Working & Last): Promise<void>;
}
