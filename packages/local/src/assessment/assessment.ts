// What can be said of a template before anything of it is made.

/** A template, looked at with the parameters that would be given. */
export interface Assessment {
  /** Resources that work here, by type. */
  readonly served: Readonly<Record<string, number>>;
  /** What is made, and is not the real thing. */
  readonly standsIn: readonly StandsIn[];
  /** What the template's author has to mend. */
  readonly wrong: readonly Wrong[];
  /** What deploys, and does probably not what was meant. */
  readonly doubtful: readonly Wrong[];
  /** What the template needs from outside. */
  readonly toGive: readonly ToGive[];
  /** The parameters that it was looked at with: those that were given, and those that were found for open ones. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Absolute paths of the files that it takes in: nested templates, and snippets. */
  readonly files: readonly string[];
  /** What templates that are deployed behind this one can use of it. */
  readonly leaves: Surroundings;
}

/** A resource, or a property of one. */
export interface StandsIn {
  readonly resource: string;
  readonly type: string;
  readonly property?: string;
  readonly line?: number;
  /** Why it is not the real thing: one clause. */
  readonly why: string;
  /** What a test will see of it: one clause. */
  readonly means: string;
}

/** Something that would fail the deployment, or is probably not meant. */
export interface Wrong {
  /** CloudFormation's sentence where it is known. */
  readonly message: string;
  readonly line?: number;
  readonly resource?: string;
  readonly type?: string;
  /** What to do, where it can be said. */
  readonly mend?: string;
}

/** Something that has to be given, and how. */
export interface ToGive {
  readonly kind: 'parameter' | 'stored parameter' | 'secret' | 'export' | 'event bus' | 'package';
  readonly name: string;
  readonly line?: number;
  /** For a package: the functions that import it. */
  readonly resources?: readonly string[];
  /** A flag of `earwitness dev` and `exec`, or a command. With its value as it stands the template is as assessed. */
  readonly give: string;
}

/** What there is beside a template: what other templates would have made by then. */
export interface Surroundings {
  readonly outputs: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  /** Names of entries of the parameter store, with their values. */
  readonly stored: Readonly<Record<string, string>>;
  /** Names of secrets. */
  readonly secrets: readonly string[];
  /** Names of event buses. */
  readonly buses: readonly string[];
}

/** What is to be assessed. */
export interface AssessmentOrder {
  readonly stackName: string;
  readonly template: string;
  /** Absolute path from which relative paths in the template start. */
  readonly directory?: string | undefined;
  /** Absolute paths of the templates as whose nested stacks this one is looked at, the outermost first. */
  readonly within?: readonly string[];
  /** What was found out about nested stacks already, by what is asked. */
  readonly assessed?: Map<string, Promise<Assessment>>;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Parameters that are left out where the template does not declare them. `parameters` win. */
  readonly parametersIfDeclared?: Readonly<Record<string, string>> | undefined;
  /** Finds values for parameters of these names, which have no default and are not given. */
  readonly findParameters?: (names: readonly string[]) => Promise<Readonly<Record<string, string>>>;
  /** Acknowledged capabilities. Default: all of them. */
  readonly capabilities?: readonly string[] | undefined;
  /** What is there beside that which the local cloud has. */
  readonly beside?: Omit<Surroundings, 'outputs'>;
}

/** Whether a deployment of the template would end well. */
export function isGreen({ wrong, toGive }: Assessment): boolean {
  return wrong.length === 0 && toGive.length === 0;
}
