// Types that CloudFormation's own schemas do not have, and that a template may use all the same.

/**
 * Whether nobody but an account knows what the type takes and returns: custom resources, modules, and types that
 * somebody registered. Source: CloudFormation CLI user guide, "Resource type names": `Organization::Service::Resource`,
 * with Alexa, AMZN, Amazon, ASK, AWS, Custom and Dev reserved.
 */
export function isUnlistedType(type: string): boolean {
  if (type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource') return true;
  const [, organization] = /^(\w{2,64})::\w{2,64}::\w{2,64}(?:::MODULE)?$/.exec(type) ?? [];
  // Of these letters alone: AWS, misspelt.
  return organization !== undefined && !/^(alexa|amzn|amazon|ask|custom|dev|[aws]{2,4})$/i.test(organization);
}
