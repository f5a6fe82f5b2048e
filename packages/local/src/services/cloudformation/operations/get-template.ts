// GetTemplate: as it was sent, or after its transforms.
import type {
  GetTemplateInput,
  GetTemplateOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operation } from '../../../call.ts';
import type { Control } from '../control.ts';

export function getTemplate(control: Control): Operation<GetTemplateInput, GetTemplateOutput> {
  return ({ StackName, ChangeSetName, TemplateStage = 'Original' }, call) => {
    const StagesAvailable = ['Original', 'Processed'] as const;
    if (ChangeSetName !== undefined) {
      const changeSet = control.changeSets.get({ ChangeSetName, StackName }, call);
      const processed = changeSet.processedBody ?? changeSet.request.templateBody;
      return {
        TemplateBody: TemplateStage === 'Processed' ? processed : changeSet.request.templateBody,
        StagesAvailable,
      };
    }
    const stack = control.stacks.get(StackName ?? '', call);
    // A template without transforms has nothing to process: AWS answers its text at both stages.
    const isTransformed = /["']?Transform["']?\s*:/.test(stack.templateBody);
    const processed = isTransformed ? stack.processedBody : stack.templateBody;
    return { TemplateBody: TemplateStage === 'Processed' ? processed : stack.templateBody, StagesAvailable };
  };
}
