// Every REST API of this cloud, and the stages by which requests meet it.

import type { Table } from '../../backbone/table.ts';
import { type DeployedStage, deployedStages } from '../../gateway/deployed-stage.ts';
import { ownEntry } from '../../own-entry.ts';
import { createPager } from '../../page.ts';
import type { Platform } from '../../platform.ts';
import { type ApiStage, badRequest, notFound, type RestApiRow, RestApiTable } from './rest-api.ts';

export class RestApis {
  readonly #platform: Platform;
  readonly table: RestApiTable;
  #stages: Table<DeployedStage>;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.table = new RestApiTable(platform.backbone);
    this.#stages = deployedStages(platform.backbone);
  }

  /** Ids are ten (APIs) or six lower-case letters and digits. */
  newId(length: 6 | 10): string {
    return this.#platform.ids.word(length);
  }

  /** Saves the API with the stage and has requests meet the stage's deployment. */
  async putStage(api: RestApiRow, stage: ApiStage): Promise<void> {
    const deployment = ownEntry(api.deployments, stage.deploymentId);
    if (!deployment) throw notFound('Invalid Deployment identifier specified');
    await this.table.save({ ...api, stages: { ...api.stages, [stage.stageName]: stage } });
    await this.#stages.put(`${api.id}/${stage.stageName}`, {
      account: api.account,
      region: api.region,
      apiId: api.id,
      stage: stage.stageName,
      kind: 'rest',
      deploymentId: deployment.id,
      routes: deployment.routes,
      responses: deployment.responses,
      ...(api.apiKeySource && { keySource: api.apiKeySource }),
      variables: stage.variables,
      binaryMediaTypes: api.binaryMediaTypes,
    });
  }

  async deleteStage(api: RestApiRow, stageName: string): Promise<void> {
    const { [stageName]: _, ...stages } = api.stages;
    await this.table.save({ ...api, stages });
    await this.#stages.delete(`${api.id}/${stageName}`);
  }

  async deleteApi(api: RestApiRow): Promise<void> {
    for (const stageName of Object.keys(api.stages)) await this.#stages.delete(`${api.id}/${stageName}`);
    await this.table.delete(api);
  }
}

/** One page. Source: API Gateway's default page of 25. @throws BadRequestException */
export const takePage = createPager({
  token: 'position',
  limit: 'limit',
  size: 25,
  refusal: (token) => badRequest(`Invalid position parameter specified: ${token}`),
});
