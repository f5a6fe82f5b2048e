// Every HTTP API of this cloud, and the stages by which requests meet it. Stages with AutoDeploy follow every change of
// their API at once; the others wait for a deployment.
import type { Stage } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { Table } from '../../backbone/table.ts';
import { Turns } from '../../backbone/turns.ts';
import { createCorsRules } from '../../gateway/cors.ts';
import { type DeployedStage, deployedStages } from '../../gateway/deployed-stage.ts';
import { ownEntry } from '../../own-entry.ts';
import { createPager } from '../../page.ts';
import type { Platform } from '../../platform.ts';
import { createRoutes } from './deployment.ts';
import { type ApiDeployment, badRequest, type HttpApiRow, HttpApiTable, type Place } from './http-api.ts';

export class HttpApis {
  readonly #platform: Platform;
  readonly table: HttpApiTable;
  #stages: Table<DeployedStage>;
  /** Changes of one API. */
  readonly #turns = new Turns();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.table = new HttpApiTable(platform.backbone);
    this.#stages = deployedStages(platform.backbone);
  }

  /** Ids are ten (APIs) or seven lower-case letters and digits. */
  newId(length: 7 | 10): string {
    return this.#platform.ids.word(length);
  }

  /** Where an API can be reached. */
  endpointOf({ id, region, protocol }: Pick<HttpApiRow, 'id' | 'region' | 'protocol'>): string {
    // Nothing listens for WebSockets: the address is AWS's.
    if (protocol === 'WEBSOCKET') return `wss://${id}.execute-api.${region}.amazonaws.com`;
    return `${this.#platform.address.http}/_aws/execute-api/${id}`;
  }

  async createDeployment(
    api: HttpApiRow,
    options: { autoDeployed: boolean; description?: string },
  ): Promise<ApiDeployment> {
    const { clock, standIns } = this.#platform;
    return { ...options, id: this.newId(7), createdDate: clock.now(), routes: await createRoutes(api, standIns) };
  }

  /** @throws ServiceError `BadRequestException` when a stage that follows at once cannot be served */
  async create(api: HttpApiRow): Promise<HttpApiRow> {
    const deployed = await this.#withDeployments(api);
    await this.table.create(deployed);
    await this.#publishAll(deployed);
    return deployed;
  }

  /**
   * Changes an API, as if nobody else did meanwhile, and has requests meet it, as far as its stages say so.
   * @throws ServiceError `NotFoundException`, what `change` throws, and `BadRequestException` when a stage that follows
   * at once cannot be served; then nothing is changed.
   */
  change(id: string, call: Place, change: (api: HttpApiRow) => HttpApiRow): Promise<HttpApiRow> {
    return this.#turns.take(id, async () => {
      const api = await this.table.change(id, call, (before) => this.#withDeployments(change(before)));
      await this.#publishAll(api);
      return api;
    });
  }

  /** Has requests meet a stage anew. */
  async publish(api: HttpApiRow, stageName: string): Promise<void> {
    const stage = ownEntry(api.stages, stageName);
    if (stage) await this.#publish(api, stage);
  }

  async deleteStage(api: HttpApiRow, stageName: string): Promise<void> {
    await this.#stages.delete(`${api.id}/${stageName}`);
  }

  async deleteApi(api: HttpApiRow): Promise<void> {
    for (const stageName of Object.keys(api.stages)) await this.deleteStage(api, stageName);
    await this.table.delete(api);
  }

  async #withDeployments(api: HttpApiRow): Promise<HttpApiRow> {
    let deployed = api;
    for (const stage of Object.values(api.stages)) if (stage.AutoDeploy) deployed = await this.#deploy(deployed, stage);
    return deployed;
  }

  async #publishAll(api: HttpApiRow): Promise<void> {
    for (const stage of Object.values(api.stages)) await this.#publish(api, stage);
  }

  // The stage's last automatic deployment makes room for the new one.
  async #deploy(api: HttpApiRow, stage: Stage): Promise<HttpApiRow> {
    const { [stage.DeploymentId ?? '']: last, ...others } = api.deployments;
    const kept = last && !last.autoDeployed ? api.deployments : others;
    const description = 'Automatic deployment triggered by changes to the Api configuration';
    const deployment = await this.createDeployment(api, { autoDeployed: true, description });
    const changed = { ...stage, DeploymentId: deployment.id, LastUpdatedDate: deployment.createdDate };
    return {
      ...api,
      deployments: { ...kept, [deployment.id]: deployment },
      stages: { ...api.stages, [stage.StageName]: changed },
    };
  }

  async #publish(api: HttpApiRow, stage: Stage): Promise<void> {
    const deployment = ownEntry(api.deployments, stage.DeploymentId);
    if (!deployment) return;
    await this.#stages.put(`${api.id}/${stage.StageName}`, {
      account: api.account,
      region: api.region,
      apiId: api.id,
      stage: stage.StageName,
      kind: 'http',
      deploymentId: deployment.id,
      routes: deployment.routes,
      variables: stage.StageVariables ?? {},
      binaryMediaTypes: [],
      ...(api.cors && { cors: createCorsRules(api.cors) }),
    });
  }
}

const take = createPager({
  token: 'NextToken',
  limit: 'Limit',
  size: Number.POSITIVE_INFINITY,
  refusal: (token) => badRequest(`Invalid NextToken: ${token}`),
});

/** One page, as this API shows it: `MaxResults` is text. @throws BadRequestException */
export function takePage<Item>(
  items: readonly Item[],
  { NextToken, MaxResults }: { readonly NextToken?: string | undefined; readonly MaxResults?: string | undefined },
) {
  const Limit = MaxResults === undefined ? undefined : Number(MaxResults);
  const { page, next } = take(items, { NextToken, Limit });
  return { Items: page, ...next };
}
