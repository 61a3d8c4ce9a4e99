/**
 * An app in a folder of its own with Python in it, run by an engine on child processes.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LogEntry, StartedApp } from '../../src/protocol/control-plane.ts';
import { type OpenApp, openApp } from '../../src/runtime/app/open-app.ts';
import { ProcessBackend } from '../../src/runtime/containers/process/process-backend.ts';
import { createEngine } from '../../src/runtime/engine/engine.ts';
import { systemClock } from '../../src/shared/clock.ts';

/** Source of an app file that declares the given lines after `const app`. */
export function appSource(lines: string): string {
  return `import { App } from 'dray';\nconst app = new App('py');\n${lines}\n`;
}

/** A folder with files, removed at the end. */
export async function pythonFolder(
  files: Record<string, string>,
): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'python-app-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export class PythonApp implements AsyncDisposable {
  readonly printed: string[] = [];
  readonly path: string;
  readonly #stack = new AsyncDisposableStack();
  #started: StartedApp | undefined;
  #shown: () => void = () => {};

  private constructor(path: string) {
    this.path = path;
  }

  /** Opens and starts an app whose app.ts declares `lines`. */
  static async start(lines: string, files: Record<string, string>): Promise<PythonApp> {
    const folder = await pythonFolder({ 'app.ts': appSource(lines), ...files });
    const app = new PythonApp(folder.path);
    app.#stack.use(folder);
    const opened: OpenApp = await openApp(join(folder.path, 'app.ts'));
    app.#stack.use(opened.app);
    const engine = createEngine({ backend: new ProcessBackend(), imageHost: undefined, clock: systemClock });
    app.#stack.use(engine);
    const { manifest, bundleFor } = opened;
    const onLog = ({ bytes }: LogEntry) => {
      app.printed.push(Buffer.from(bytes).toString());
      app.#shown();
    };
    app.#started = await engine.startApp(
      { manifest, environment: 'main', bundleFor },
      { onLog, onImage: () => {} },
    );
    return app;
  }

  submit(name: string, ...args: unknown[]) {
    const [fn = '', method] = name.split('.');
    const target = { app: 'py', function: fn, ...(method !== undefined && { method, parameters: [] }) };
    return (this.#started as StartedApp).invoker.submit(target, args);
  }

  call(name: string, ...args: unknown[]): Promise<unknown> {
    return this.submit(name, ...args).result;
  }

  /** Resolves when a text was printed. */
  async shows(text: string): Promise<void> {
    while (!this.printed.join('').includes(text)) {
      await new Promise<void>((resolve) => {
        this.#shown = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
