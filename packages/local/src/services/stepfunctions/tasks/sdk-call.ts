// `aws-sdk:SERVICE:operation`: any operation that this cloud serves, by the names of its model.
import type { Platform } from '../../../platform.ts';
import { sdkRefusal } from './refusal.ts';
import type { SdkService } from './sdk-service.ts';
import { callService } from './service-call.ts';
import { pascalCase, writeOutput } from './shapes.ts';
import { notStarted, type Outcome, parametersOf, type Task } from './task.ts';

export async function callSdk(
  platform: Platform,
  task: Task,
  { sdk, action }: { readonly sdk: SdkService; readonly action: string },
): Promise<Outcome> {
  const operation = pascalCase(action);
  const parameters = parametersOf(task);
  const asked = { service: sdk.service, operation, parameters, isStrict: true, hasJsonBody: true };
  const answer = await callService(platform, task, asked);
  switch (answer.kind) {
    case 'not called':
      return notStarted(task, answer.problems.join(', '));
    case 'refused':
      return sdkRefusal(sdk, answer);
    case 'answered':
      return { kind: 'answered', output: await writeOutput(answer.model, operation, answer.output) };
  }
}
