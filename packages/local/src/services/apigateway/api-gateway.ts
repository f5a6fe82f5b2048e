// What the operations of this service share.

import type { Table } from '../../backbone/table.ts';
import { type DeployedStage, deployedStages } from '../../gateway/deployed-stage.ts';
import { ownEntry } from '../../own-entry.ts';
import type { Platform } from '../../platform.ts';
import { type ApiStage, notFound, type RestApiRow, RestApiTable } from './rest-api.ts';

export class ApiGateway {
  readonly platform: Platform;
  readonly apis: RestApiTable;
  #stages: Table<DeployedStage>;

  constructor(platform: Platform) {
    this.platform = platform;
    this.apis = new RestApiTable(platform.backbone);
    this.#stages = deployedStages(platform.backbone);
  }

  /** Ids are ten (APIs) or six lower-case letters and digits. */
  newId(length: 6 | 10): string {
    return this.platform.ids.word(length);
  }

  /** Saves the API with the stage and has requests meet the stage's deployment. */
  async putStage(api: RestApiRow, stage: ApiStage): Promise<void> {
    const deployment = ownEntry(api.deployments, stage.deploymentId);
    if (!deployment) throw notFound('Invalid Deployment identifier specified');
    await this.apis.save({ ...api, stages: { ...api.stages, [stage.stageName]: stage } });
    await this.#stages.put(`${api.id}/${stage.stageName}`, {
      account: api.account,
      region: api.region,
      apiId: api.id,
      stage: stage.stageName,
      kind: 'rest',
      deploymentId: deployment.id,
      routes: deployment.routes,
      variables: stage.variables,
      binaryMediaTypes: api.binaryMediaTypes,
    });
  }

  async deleteStage(api: RestApiRow, stageName: string): Promise<void> {
    const { [stageName]: _, ...stages } = api.stages;
    await this.apis.save({ ...api, stages });
    await this.#stages.delete(`${api.id}/${stageName}`);
  }

  async deleteApi(api: RestApiRow): Promise<void> {
    for (const stageName of Object.keys(api.stages)) await this.#stages.delete(`${api.id}/${stageName}`);
    await this.apis.delete(api);
  }
}

/** One page of a list; `position` is where the next one starts. Source: API Gateway's default page of 25. */
export function pageOf<Item>(
  items: readonly Item[],
  { position, limit }: { readonly position?: string | undefined; readonly limit?: number | undefined },
): { readonly items: readonly Item[]; readonly position?: string } {
  const start = position === undefined ? 0 : Number(position);
  const end = start + (limit ?? 25);
  return { items: items.slice(start, end), ...(end < items.length && { position: String(end) }) };
}
