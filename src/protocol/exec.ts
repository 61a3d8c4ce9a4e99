/**
 * A command that somebody runs in a container beside its functions, as every side of it sees it: backend, server, client.
 *
 * Types only.
 */

/** A terminal's size. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ExecRequest {
  /** The program and its arguments; no shell is put around it. */
  readonly command: readonly string[];
  /** Gives it a terminal: both streams are one then. Default: none. */
  readonly terminal?: TerminalSize | undefined;
  /** Beside those of the container. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export interface ExecListener {
  /** What it prints; with a terminal all of it is stdout. */
  onOutput(source: 'stdout' | 'stderr', bytes: Uint8Array): void;
}

/** A command that runs. */
export interface RunningExec {
  /** Its exit code, after all that it printed; 128 + n for signal n. Rejects where it could not be run. */
  readonly ended: Promise<number>;
  /** To its stdin. */
  write(bytes: Uint8Array): void;
  /** Ends its stdin. */
  end(): void;
  resize(size: TerminalSize): void;
  /** Whether what it prints is read; a command that is not read from waits. */
  flow(isOpen: boolean): void;
  /** Lets go of it: its stdin and its terminal end. */
  release(): void;
}
