// CloudFormation's templates: as JSON, as YAML, with functions, loops and SAM's transform.
import { encodeForm } from '../calls/form.ts';
import { templateText } from '../content/template.ts';
import type { Fields, Value } from '../content/value.ts';
import { MODELS } from '../models.ts';
import type { Door } from './door.ts';

const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];
const CODE_TAG: Fields = { Key: 'earwitness:template-directory', Value: '/nonexistent' };

export const templateDoor: Door = {
  name: 'templates',
  weight: 7,
  make(random) {
    const TemplateBody = templateText(random);
    const parameters: Value = random.some(['Name', 'Count', 'Zones', 'Secret', 'None'], 0.15).map((name) => ({
      ParameterKey: name,
      ParameterValue: random.pick(['fuzz', '3', '11', 'a,b', '', 'UPPER']),
    }));
    const stack: Fields = {
      TemplateBody,
      Parameters: parameters,
      Capabilities: random.chance(0.9) ? CAPABILITIES : [],
      ...(random.chance(0.1) && { Tags: [CODE_TAG] }),
    };
    const name = `fuzz-made-${random.whole(0, 3)}`;
    const call = (operation: string, input: Fields) => encodeForm(MODELS.cloudformation, operation, input);
    const choice = random.fraction();
    if (choice < 0.25) return call('ValidateTemplate', { TemplateBody });
    if (choice < 0.5) return call('GetTemplateSummary', { TemplateBody });
    if (choice < 0.65) return call('CreateStack', { ...stack, StackName: name });
    if (choice < 0.75) return call('UpdateStack', { ...stack, StackName: random.chance(0.5) ? name : 'fuzz-stack' });
    if (choice < 0.92) {
      const type = random.pick(['CREATE', 'UPDATE']);
      return call('CreateChangeSet', {
        ...stack,
        StackName: type === 'CREATE' ? name : 'fuzz-stack',
        ChangeSetName: `c${random.whole(0, 3)}`,
        ChangeSetType: type,
      });
    }
    return random.pick([
      () => call('DescribeChangeSet', { StackName: 'fuzz-stack', ChangeSetName: 'c0' }),
      () => call('ExecuteChangeSet', { StackName: 'fuzz-stack', ChangeSetName: `c${random.whole(0, 3)}` }),
      () => call('DescribeStackEvents', { StackName: name }),
      () => call('DeleteStack', { StackName: name }),
    ])();
  },
};
