// What an operation answers, as its own JSON has it: dates are seconds there.
import { jsonWriter } from '@earwitness/protocol/internal/aws/json/shape';
import { loadModel, type ServiceName } from '@earwitness/protocol/internal/aws/models/services';

export async function writeOutput(service: ServiceName, operation: string, output: unknown): Promise<unknown> {
  const model = await loadModel(service);
  return jsonWriter(model, model.operations[operation]?.output ?? '')(output);
}
