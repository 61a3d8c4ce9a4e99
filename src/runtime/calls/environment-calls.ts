/**
 * What may be called in one environment of a server: the functions of its apps, and calls that are kept for good.
 *
 * Clients and code in containers ask here alike.
 */
import type {
  EncodedCall,
  EncodedCalls,
  EncodedOutcome,
  InvocationHost,
  OpenCall,
  SpawnedCall,
} from '../../protocol/invocation.ts';
import type { InvokeTarget } from '../../protocol/runner-messages.ts';
import type { FunctionDescription, FunctionStats } from '../../sdk/invoker.ts';
import type { DeploymentRecords } from '../store/deployment-records.ts';
import { appNotFound } from './call-errors.ts';
import type { DurableCalls } from './durable-calls.ts';
import type { ReachableApps } from './reachable-apps.ts';

export class EnvironmentCalls implements InvocationHost {
  readonly #environment: string;
  readonly #apps: ReachableApps;
  readonly #deployments: Pick<DeploymentRecords, 'app'>;
  readonly #durable: DurableCalls;

  constructor(
    environment: string,
    apps: ReachableApps,
    deployments: Pick<DeploymentRecords, 'app'>,
    durable: DurableCalls,
  ) {
    this.#environment = environment;
    this.#apps = apps;
    this.#deployments = deployments;
    this.#durable = durable;
  }

  submit(call: EncodedCall): OpenCall {
    return this.#app(call.target).submit(call);
  }

  async spawn(call: SpawnedCall): Promise<string> {
    const { app } = call.target;
    const serving = this.#apps.find(this.#environment, app)?.started.encoded;
    // What names no function is refused now, not when its turn comes.
    if (serving !== undefined) serving.describe(call.target);
    else if ((await this.#deployments.app(this.#environment, app))?.state !== 'deployed') {
      throw appNotFound(this.#environment, app);
    }
    return this.#durable.spawn(this.#environment, call);
  }

  find(id: string, onSettled: (outcome: EncodedOutcome) => void): Promise<OpenCall> {
    return this.#durable.find(this.#environment, id, onSettled);
  }

  updateAutoscaler(target: InvokeTarget, settings: Uint8Array): void {
    this.#app(target).updateAutoscaler(target, settings);
  }

  stats(target: InvokeTarget): FunctionStats {
    return this.#app(target).stats(target);
  }

  describe(target: InvokeTarget): FunctionDescription {
    return this.#app(target).describe(target);
  }

  #app({ app }: InvokeTarget): EncodedCalls {
    const found = this.#apps.find(this.#environment, app);
    if (found === undefined) throw appNotFound(this.#environment, app);
    return found.started.encoded;
  }
}
