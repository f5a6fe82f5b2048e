// `Auth.UsagePlan` of AWS::Serverless::Api: a usage plan with an API key, for one API or shared by those of a template.
import { isList, isMap, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, addResource, pick, report, type Serverless } from '../../assembly.ts';
import { sharedPolicies } from '../implicit-api.ts';

const MEMBERS = ['CreateUsagePlan', 'Description', 'Quota', 'Tags', 'Throttle', 'UsagePlanName'];
const CHOICES = ['SHARED', 'PER_API', 'NONE'];

export function addUsagePlan(
  assembly: Assembly,
  serverless: Serverless,
  { auth, stageId }: { readonly auth: ValueMap; readonly stageId: string },
): void {
  const declared = auth['UsagePlan'];
  if (declared === undefined) return;
  const message = refusalOf(declared);
  if (message !== undefined) report(assembly, serverless, { message, at: declared });
  if (message !== undefined || !isMap(declared) || declared['CreateUsagePlan'] === 'NONE') return;
  const { logicalId } = serverless;
  const isShared = declared['CreateUsagePlan'] === 'SHARED';
  const [planId, keyId, linkId] = ['UsagePlan', 'ApiKey', 'UsagePlanKey'].map(
    (name) => `${isShared ? 'Serverless' : logicalId}${name}`,
  );
  if (planId === undefined || keyId === undefined || linkId === undefined) return;
  for (const [name, id] of Object.entries({ UsagePlan: planId, ApiKey: keyId, UsagePlanKey: linkId })) {
    assembly.references.set(`${logicalId}.${name}`, id);
  }
  const before = isShared ? assembly.resources : new Map<string, ValueMap>();
  const origin = isShared ? sharedOrigin(assembly, serverless, before.get(planId)) : serverless;
  const stage = { ApiId: { Ref: logicalId }, Stage: { Ref: stageId } };
  const key = { RestApiId: { Ref: logicalId }, StageName: { Ref: stageId } };
  const plan = before.get(planId);
  addResource(
    assembly,
    planId,
    {
      Type: 'AWS::ApiGateway::UsagePlan',
      DependsOn: [...listOf(plan?.['DependsOn']), logicalId],
      Properties: {
        ...pick(declared, ['Description', 'Quota', 'Tags', 'Throttle', 'UsagePlanName']),
        ApiStages: [...listOf(propertyOf(plan, 'ApiStages')), stage],
      },
    },
    origin,
  );
  addResource(
    assembly,
    keyId,
    {
      Type: 'AWS::ApiGateway::ApiKey',
      DependsOn: [planId],
      Properties: { Enabled: true, StageKeys: [...listOf(propertyOf(before.get(keyId), 'StageKeys')), key] },
    },
    origin,
  );
  addResource(
    assembly,
    linkId,
    {
      Type: 'AWS::ApiGateway::UsagePlanKey',
      DependsOn: [keyId],
      Properties: { KeyId: { Ref: keyId }, KeyType: 'API_KEY', UsagePlanId: { Ref: planId } },
    },
    origin,
  );
}

function refusalOf(declared: Value): string | undefined {
  if (!isMap(declared)) return "'UsagePlan' must be a dictionary";
  if (Object.keys(declared).some((name) => !MEMBERS.includes(name))) return "Invalid property for 'UsagePlan'";
  const choice = declared['CreateUsagePlan'];
  if (choice === undefined) return "'CreateUsagePlan' is a required field for UsagePlan.";
  if (typeof choice === 'string' && CHOICES.includes(choice)) return undefined;
  return "'CreateUsagePlan' accepts one of ['SHARED', 'PER_API', 'NONE'].";
}

const SHARED_CONDITION = 'SharedUsagePlanCondition';

/** A shared plan is there when one of its APIs is, and is kept when one of them is. */
function sharedOrigin(assembly: Assembly, serverless: Serverless, plan: ValueMap | undefined): Serverless {
  const { declared } = serverless;
  const { conditions, source } = assembly;
  const own = declared['Condition'];
  const isConditional = typeof own === 'string' && (plan === undefined || plan['Condition'] !== undefined);
  if (isConditional) {
    const before = conditions[SHARED_CONDITION];
    conditions[SHARED_CONDITION] = before ? { 'Fn::Or': [...orOf(before), { Condition: own }] } : { Condition: own };
  } else delete conditions[SHARED_CONDITION];
  const attributes = {
    ...sharedPolicies([plan ?? {}, declared]),
    ...(isConditional && { Condition: SHARED_CONDITION }),
  };
  return { ...serverless, declared: source.derive(attributes, declared) };
}

function orOf(condition: ValueMap): readonly Value[] {
  const several = condition['Fn::Or'];
  return isList(several) ? several : [condition];
}

function propertyOf(resource: ValueMap | undefined, name: string): Value | undefined {
  const properties = resource?.['Properties'];
  return isMap(properties) ? properties[name] : undefined;
}

function listOf(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : [];
}
