/**
 * `dray environment list`: the environments there are.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { type EnvironmentInfo, renderEnvironments } from '../../cli/render/environment.ts';

/** The document of `dray environment list --json`. */
export interface EnvironmentListResult {
  environments: EnvironmentInfo[];
}

export default class EnvironmentList extends BaseCommand<EnvironmentListResult> {
  static override summary = 'list the environments and what they hold';
  static override description = 'The one in use is marked with a star.';
  static override examples = [
    { description: 'see which there are', command: '<%= config.bin %> environment list' },
    { description: 'for a script', command: '<%= config.bin %> environment list --json' },
  ];

  async run(): Promise<EnvironmentListResult> {
    await this.parse(EnvironmentList);
    const inUse = this.environment;
    const { openEnvironments } = await import('../../runtime/environments/environments.ts');
    await using opened = await openEnvironments();
    const environments = (await opened.list()).map(({ name, createdAt, secrets }) => {
      return { name, active: name === inUse, created: new Date(createdAt).toISOString(), secrets };
    });
    this.log(renderEnvironments(environments));
    if (!environments.some(({ active }) => active)) {
      this.note(`the environment in use, ${inUse}, is not there: dray environment create ${inUse}`);
    }
    return { environments };
  }
}
