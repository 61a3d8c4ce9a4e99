/**
 * `dray run`: runs a function or a local entrypoint of an app file now, and prints its result.
 */
import { Args, type Config } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { type ChosenCall, callChosen } from '../cli/call-chosen.ts';
import { expectedFunctions } from '../cli/expected-functions.ts';
import { chooseArguments } from '../cli/function-arguments.ts';
import { functionHelpOf } from '../cli/function-help.ts';
import { chosenName, parseFunctionReference } from '../cli/function-reference.ts';
import { type ImageFlags, rebuildOf } from '../cli/image-flags.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { redirectStdout } from '../cli/redirect-stdout.ts';
import { type FunctionHelp, renderFunctionHelp } from '../cli/render/function-help.ts';
import { jsonValue, printResult, printValue, writeResult } from '../cli/result-output.ts';
import type { DetachedRun, DetachedRunResult } from '../cli/run-detached.ts';
import { runFlags } from '../cli/run-flags.ts';
import { RunOutput, type RunOutputOptions } from '../cli/run-output.ts';
import type { RunResult } from '../cli/run-result.ts';
import { asksForHelp, splitArguments } from '../cli/split-arguments.ts';
import { onStrayError } from '../cli/stray-errors.ts';
import { whereToRun } from '../config/where-to-run.ts';

type RunAppOptions = RunOutputOptions &
  Pick<ChosenCall, 'onValue'> &
  ImageFlags & { backend: string | undefined };

export default class Run extends BaseCommand<RunResult | FunctionHelp | DetachedRunResult> {
  static override summary = 'run a function or a local entrypoint of an app file now';
  static override description =
    `Options of dray come before the file; everything after it belongs to the function.
Without a name it runs the sole local entrypoint, else the sole function or method.
Add --help after the file to see the flags of its function.`;
  static override args = {
    reference: Args.string({
      required: true,
      description: 'what to run: FILE, FILE::NAME, or FILE::CLASS.METHOD',
    }),
  };
  static override flags = runFlags;
  static override examples = [
    { description: 'run the local entrypoint of a file', command: '<%= config.bin %> run app.ts --name Ada' },
    {
      description: 'run one of its functions',
      command: '<%= config.bin %> run --quiet app.ts::greet --name Ada',
    },
    {
      description: 'leave it to a server',
      command: '<%= config.bin %> run --detach app.ts::greet --name Ada',
    },
    { description: 'see the flags of its function', command: '<%= config.bin %> run app.ts --help' },
  ];

  readonly #functionArguments: readonly string[];

  constructor(argv: string[], config: Config) {
    const { own, rest } = splitArguments(argv, { ...Run.baseFlags, ...Run.flags });
    super(own, config);
    this.#functionArguments = rest;
  }

  async run(): Promise<RunResult | FunctionHelp | DetachedRunResult> {
    const { args, flags } = await this.parse(Run);
    if (asksForHelp(this.#functionArguments) || flags.detach) return this.#otherwise(args.reference, flags);
    const start = performance.now();
    const json = this.jsonEnabled();
    using _ = json ? redirectStdout() : undefined;
    const onValue = json || flags['write-result'] !== undefined ? undefined : printValue;
    const { result, ...ran } = await this.#runApp(args.reference, { ...flags, json, onValue });
    // Only now: the containers are gone, so nothing of theirs can come after it.
    if (flags['write-result'] !== undefined) await writeResult(flags['write-result'], result);
    if (!json) printResult(result);
    return { ...ran, result: jsonValue(result), durationMs: Math.round(performance.now() - start) };
  }

  /** What makes no call here: the help of the function, known from its file; a call that a server makes. */
  async #otherwise(text: string, flags: DetachedRun['flags']): Promise<FunctionHelp | DetachedRunResult> {
    if (asksForHelp(this.#functionArguments)) {
      const help = await functionHelpOf(text);
      this.log(renderFunctionHelp(help).trimEnd());
      return help;
    }
    const { openApp } = await import('../runtime/app/open-app.ts');
    const { runDetached } = await import('../cli/run-detached.ts');
    const own = { words: this.#functionArguments, settings: this.settings, client: this.config.version };
    const result = await runDetached({ openApp, text, flags, ...own });
    this.log(result.callId);
    return result;
  }

  async #runApp(text: string, flags: RunAppOptions) {
    using interrupt = onInterrupt();
    using stray = onStrayError();
    const ended = Promise.race([interrupt.interrupted, stray.thrown]);
    ended.catch(() => {});
    const reference = parseFunctionReference(text);
    const [{ openApp }, { openEngine }] = await Promise.all([
      import('../runtime/app/open-app.ts'),
      import('../runtime/engine/open-engine.ts'),
    ]);
    // Docker answers while the file is loaded; where both fail, the file comes first.
    const opening = openEngine(whereToRun(this.settings, flags));
    opening.catch(() => {});
    const opened = await Promise.race([openApp(reference.file), ended]);
    const { chosen, given } = await chooseArguments(opened, reference, this.#functionArguments, text);
    await using controlPlane = await Promise.race([opening, ended]);
    await using output = new RunOutput(flags);
    if (controlPlane.notice !== undefined) output.notice(controlPlane.notice);
    const [{ manifest, bundleFor }, rebuild] = [opened, rebuildOf(flags)];
    const request = {
      ...{ manifest, bundleFor, environment: this.environment, signal: interrupt.signal },
      ...{ rebuild, localSecrets: await opened.localSecrets() },
      expected: expectedFunctions(chosen, manifest, rebuild),
    };
    await using started = await controlPlane.startApp(request, output);
    const [{ app }, { invoker, images }] = [manifest, started];
    const result = await callChosen({ app, chosen, given, invoker, ended, onValue: flags.onValue });
    return { app, entrypoint: chosenName(chosen), result, ...started.stats(), images };
  }
}
