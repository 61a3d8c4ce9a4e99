/**
 * `dray doctor`: looks at everything that dray needs of this machine.
 */
import { BaseCommand } from '../cli/base-command.ts';
import { renderFindings } from '../cli/render/doctor.ts';
import type { Finding } from '../protocol/finding.ts';
import { ExitCode } from '../shared/errors.ts';

/** The document of `dray doctor --json`. */
export interface DoctorResult {
  /** Whether there is no problem; warnings are none. */
  ok: boolean;
  findings: Finding[];
}

export default class Doctor extends BaseCommand<DoctorResult> {
  static override summary = 'look at everything that dray needs of this machine';
  static override description =
    `Checks Docker, its disk, its clock, the builder, Node, the store, the key of the secrets and
the settings, and removes what runs that were killed have left. Exit code 0 where there is no
problem, 3 where there is one; a warning is none.`;
  static override examples = [
    { description: 'check this machine', command: '<%= config.bin %> doctor' },
    {
      description: 'check it with the settings of a profile',
      command: '<%= config.bin %> doctor --profile work',
    },
  ];

  async run(): Promise<DoctorResult> {
    const { flags } = await this.parse(Doctor);
    const { examine } = await import('../runtime/doctor/examine.ts');
    const findings = await examine({ flags, env: process.env });
    this.log(renderFindings(findings));
    const ok = findings.every(({ level }) => level !== 'problem');
    if (!ok) process.exitCode = ExitCode.environment;
    return { ok, findings };
  }
}
