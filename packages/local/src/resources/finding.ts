// What a service can say of a resource before it is made. The checks are those of its operations, asked one property
// at a time.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

/** Leads to a property: `['Targets', 0, 'Arn']`; empty: the resource as a whole. */
export type PropertyPath = readonly (string | number)[];

export type Finding =
  /** The property would fail the deployment. */
  | { readonly kind: 'refused'; readonly path: PropertyPath; readonly message: string; readonly mend?: string }
  /** The property is taken, and something stands in for what it asks for. */
  | {
      readonly kind: 'stands in';
      readonly path: PropertyPath;
      readonly why: string;
      readonly means: string;
      /** What stands in, where that is another name than the path's: `States.Charge`. */
      readonly part?: string;
      /** For that, nothing of the resource works. */
      readonly isWhole?: boolean;
    }
  /** The property is taken as it is, and probably something else was meant. */
  | { readonly kind: 'doubtful'; readonly path: PropertyPath; readonly message: string; readonly mend?: string }
  /** The property names a file, by its absolute path, that becomes part of the stack: a nested template. */
  | { readonly kind: 'takes in'; readonly file: string }
  /** The function's code imports an npm package that is not installed; `command` installs it. */
  | { readonly kind: 'package'; readonly name: string; readonly command: string };

/** A property that would fail the deployment. */
export type Refused = Extract<Finding, { readonly kind: 'refused' }>;

/** A property that is taken, and asks for what is not served. */
export type StandingIn = Extract<Finding, { readonly kind: 'stands in' }>;

/** What a check of the service refuses; nothing when it lets the property through. */
export async function refusalsOf(path: PropertyPath, check: () => unknown): Promise<Refused[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (error instanceof ServiceError) return [{ kind: 'refused', path, message: error.message }];
    throw error;
  }
}
