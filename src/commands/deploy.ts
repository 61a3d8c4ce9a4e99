/**
 * `dray deploy`: has a server keep an app running.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { DeployOutput } from '../cli/deploy-output.ts';
import { gitState } from '../cli/git-state.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { prepareDeploy } from '../cli/prepare-deploy.ts';
import { reachableServer } from '../cli/reachable-server.ts';
import { renderOutcome, renderPlan } from '../cli/render/deploy.ts';
import type { DeployOutcome, DeployPlan } from '../protocol/deployment.ts';

/** The document of `dray deploy --json`. */
export interface DeployResult extends DeployOutcome {
  dryRun: false;
  server: string;
  /** What the server lacked. */
  sent: { blobs: number; bytes: number };
  durationMs: number;
}

/** The document of `dray deploy --dry-run --json`. */
export interface DeployPlanResult extends DeployPlan {
  dryRun: true;
  server: string;
}

export default class Deploy extends BaseCommand<DeployResult | DeployPlanResult> {
  static override summary = 'deploy an app: a server keeps it running';
  static override description =
    `The server in use builds the images, starts what has to start, and then has the new version
serve, all at once: whatever fails before that, the old version goes on. Functions that did not
change keep their containers. Where no server is set and none runs on this machine, one is started.`;
  static override args = {
    file: Args.string({ required: true, ignoreStdin: true, description: 'the app file' }),
  };
  static override flags = {
    name: Flags.string({ helpValue: 'NAME', description: 'deploy it under another name than its own' }),
    tag: Flags.string({
      helpValue: 'TEXT',
      description: 'your own name for this version, shown in its history',
    }),
    strategy: Flags.option({ options: ['rolling', 'recreate'] as const })({
      default: 'rolling',
      description: 'new containers before the old ones end, or after',
    }),
    'dry-run': Flags.boolean({ description: 'only say what would change' }),
    quiet: Flags.boolean({ char: 'q', description: 'show no progress' }),
  };
  static override examples = [
    { description: 'deploy an app', command: '<%= config.bin %> deploy app.ts' },
    { description: 'see what would change', command: '<%= config.bin %> deploy --dry-run app.ts' },
    {
      description: 'from a pipeline, with a token',
      command:
        'DRAY_SERVER_URL=… DRAY_TOKEN_ID=… DRAY_TOKEN_SECRET=… <%= config.bin %> deploy app.ts --tag "$CI_COMMIT_TAG"',
    },
  ];

  async run(): Promise<DeployResult | DeployPlanResult> {
    const { args, flags } = await this.parse(Deploy);
    const start = performance.now();
    using interrupt = onInterrupt();
    const { environment, settings } = this;
    const { signal } = interrupt;
    const note = (text: string) => flags.quiet || this.note(text);
    const [{ openApp }, { deployApp, planDeploy }] = await Promise.all([
      import('../runtime/app/open-app.ts'),
      import('../client/deploy-app.ts'),
    ]);
    const looking = gitState(args.file);
    const opened = await openApp(args.file);
    // A server that has to be started does so while the code is bundled; where both fail, the code comes first.
    const reaching = reachableServer(settings, { profile: flags.profile, signal, note });
    reaching.catch(() => {});
    const app = await prepareDeploy(opened, flags.name);
    const { client, url } = await reaching;
    const git = await looking;
    const meta = { client: this.config.version, ...(flags.tag !== undefined && { tag: flags.tag }), ...git };
    const prepared = { ...app, environment, meta, strategy: flags.strategy };
    if (flags['dry-run']) {
      const plan = await planDeploy(client, prepared);
      this.log(renderPlan(plan));
      return { ...plan, dryRun: true, server: url };
    }
    await using output = new DeployOutput(flags);
    const outcome = await deployApp(client, prepared, output);
    await output[Symbol.asyncDispose]();
    const durationMs = Math.round(performance.now() - start);
    this.log(renderOutcome(outcome, url, durationMs));
    return { ...outcome, dryRun: false, server: url, durationMs };
  }
}
