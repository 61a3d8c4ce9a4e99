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
import { UserError } from '../../shared/errors.ts';
import type { CallOrigin } from '../store/call-records.ts';
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

  async spawn(call: SpawnedCall, origin?: CallOrigin): Promise<string> {
    const { app } = call.target;
    const serving = this.#apps.find(this.#environment, app)?.started.encoded;
    // What cannot be called is refused now, not when its turn comes.
    if (serving !== undefined) checkSpawnable(call.target, serving.describe(call.target));
    else if ((await this.#deployments.app(this.#environment, app))?.state !== 'deployed') {
      throw appNotFound(this.#environment, app);
    }
    return this.#durable.spawn(this.#environment, call, origin);
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

/** A class is called by a method; what yields values has no result that could be kept. */
function checkSpawnable(target: InvokeTarget, { kind, generator, methods }: FunctionDescription): void {
  const { app, function: name, method = '' } = target;
  const isMethod = kind === 'class';
  const found = isMethod ? methods.find((each) => each.name === method) : { generator };
  const label = method === '' ? name : `${name}.${method}`;
  if (found === undefined || (!isMethod && method !== '')) {
    throw new UserError('FUNCTION_NOT_FOUND', `no function ${label} runs in the app ${app}`, {
      suggestions: isMethod ? [`name a method: ${methods.map((each) => each.name).join(', ')}`] : [],
    });
  }
  if (found.generator) {
    throw new UserError('GENERATOR_FUNCTION', `${label} yields values, so it has no one result to keep`, {
      suggestions: ['read it with the client of dray: docs/clients.md'],
    });
  }
}
