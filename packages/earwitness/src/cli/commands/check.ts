// `earwitness check`: what would become of the templates if they were deployed, on one page. Makes nothing. stdout
// carries the page, or with --json one document. Exit code 0: they deploy; 1: something is wrong or has to be given.
import { resolve } from 'node:path';
import { type Assessment, assessmentPage, createAssessor, isGreen } from '@earwitness/local';
import { type Line, line, linesOf } from '../../printing/line.ts';
import { type AssessedStack, assessPlan } from '../assess-plan.ts';
import type { CloudOptions } from '../cloud-options.ts';
import { givenBy } from '../given.ts';
import { idleStandIns } from '../idle-settings/stand-in-values.ts';
import { variablesForParameters } from '../project/env-file.ts';
import { findProject } from '../project/find-project.ts';
import { paint, print, printData, say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface CheckOptions extends CloudOptions {
  readonly json?: boolean;
}

/** The version of the document that `--json` prints: it changes when a field changes its meaning or goes. */
const DOCUMENT_VERSION = 1;

/**
 * Without templates: what `earwitness dev` would deploy.
 * @param templates `file` or `name=file`
 * @throws UsageError, ConfigurationError for flags and files that do not work
 */
export async function check(templates: readonly string[], options: CheckOptions): Promise<void> {
  const directory = resolve(options.cwd ?? '.');
  using project = await findProject(directory, { ...options, template: templates, say, checking: true });
  const { config, envFile, stacks: plan } = project;
  if (plan.length === 0)
    throw new UsageError('there is nothing to check: name a template, or stacks in a configuration file.');
  await using assessor = createAssessor({
    ...(config.unserved && { unserved: config.unserved }),
    ...(config.standIns && { standIns: config.standIns }),
    strict: options.strict ?? false,
  });
  const assessed = await assessPlan(assessor, plan, {
    given: givenBy(config, options),
    variables: variablesForParameters(process.env, envFile),
  });
  say(...idleStandIns(config.standIns, assessed).map((sentence) => line`earwitness: ${sentence}`));
  if (options.json) printData(JSON.stringify(documentOf(assessed), null, 2));
  else print(...pageOf(assessed));
  if (!assessed.every(({ assessment }) => isGreen(assessment))) process.exitCode = 1;
}

function pageOf(assessed: readonly AssessedStack[]): Line[] {
  return [
    ...assessed.flatMap(({ name, assessment }) => [
      paint.bold(name),
      ...assessmentPage(assessment).flatMap(linesOf),
      line``,
    ]),
    verdict(assessed.map(({ assessment }) => assessment)),
  ];
}

function verdict(assessments: readonly Assessment[]): Line {
  const total = (group: 'standsIn' | 'doubtful' | 'wrong' | 'toGive') =>
    assessments.reduce((sum, assessment) => sum + assessment[group].length, 0);
  const [standsIn, doubtful] = [total('standsIn'), total('doubtful')];
  const [wrong, toGive] = [total('wrong'), total('toGive')];
  const remarks = [standsIn === 0 ? '' : `, ${standsIn} standing in`, doubtful === 0 ? '' : `, ${doubtful} doubtful`];
  const remark = remarks.join('');
  if (wrong + toGive === 0) return line`${paint.green('✓')} deploys${remark}`;
  return line`${paint.red('✗')} does not deploy: ${wrong} wrong, ${toGive} to be given${remark}`;
}

function documentOf(assessed: readonly AssessedStack[]) {
  return {
    version: DOCUMENT_VERSION,
    deploys: assessed.every(({ assessment }) => isGreen(assessment)),
    stacks: assessed.map(({ name, assessment }) => {
      const { served, standsIn, doubtful, wrong, toGive } = assessment;
      return { name, deploys: isGreen(assessment), served, standsIn, doubtful, wrong, toGive };
    }),
  };
}
