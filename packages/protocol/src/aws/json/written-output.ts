// An operation's output that is JSON already, written as its model says: what a service keeps as text goes out as text.
// Who asks the operation from inside gets the output itself.
import type { ServiceModel } from '../model.ts';
import { jsonReader } from './shape.ts';

export class WrittenOutput {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The output of an operation, whether it was written already or not. */
export function readOutput(model: ServiceModel, operation: string, output: unknown): unknown {
  if (!(output instanceof WrittenOutput)) return output;
  const shape = model.operations[operation]?.output;
  return shape === undefined ? {} : jsonReader(model, shape)(JSON.parse(output.text));
}
