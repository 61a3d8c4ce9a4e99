/**
 * What every command shares: the JSON form of its result, and how its errors are shown.
 *
 * A command parses, makes one call, renders, and returns its JSON result. It catches nothing and ends
 * nothing: errors come here, exit codes are set here.
 */
import { Command } from '@oclif/core';
import { ExitCode, InterruptedError, ToolError } from '../shared/errors.ts';
import { errorDocument, renderError } from './render/error.ts';

/** A command whose `--json` document is a `Result`. */
export abstract class BaseCommand<Result extends object> extends Command {
  static override enableJsonFlag = true;

  abstract override run(): Promise<Result>;

  protected override async catch(error: Error & { oclif?: { exit?: number } }): Promise<void> {
    process.exitCode = exitCodeOf(error);
    if (error instanceof InterruptedError) return;
    if (this.jsonEnabled()) this.logJson(errorDocument(error));
    else process.stderr.write(renderError(error));
  }
}

/** Usage errors of oclif carry 2; whatever carries no code is a defect of ours. */
function exitCodeOf(error: Error & { oclif?: { exit?: number } }): number {
  return error instanceof ToolError ? error.exitCode : (error.oclif?.exit ?? ExitCode.bug);
}
