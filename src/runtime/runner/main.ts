/**
 * The program inside a container: imports the app's bundle and serves calls of one function.
 *
 * Built into one file (scripts/build.ts) and sent over the channel by the engine, so no image holds it.
 *
 * Invariants
 * - the engine gone (fd 3 ends) means the process ends
 * - at any exit that user code can cause, results and logs written so far are delivered
 */
import { type EngineMessage, PROTOCOL_VERSION, type RunnerInit } from '../../protocol/runner-messages.ts';
import { encodeThrown } from '../../protocol/value-codec.ts';
import { provideContext } from '../../sdk/context.ts';
import { FunctionStartError } from '../../sdk/errors.ts';
import { CallContext, CallServer } from './call-server.ts';
import { captureOutput } from './captured-output.ts';
import { loadFunction } from './load-function.ts';
import { RunnerChannel } from './runner-channel.ts';

const channel = new RunnerChannel();
const context = new CallContext();
const readOutput = captureOutput((source, bytes) =>
  channel.send({ type: 'log', call: context.number(), source, bytes }),
);
let server: CallServer | undefined;

process.on('exit', () => {
  readOutput();
  channel.flush();
});

// The state of the process is unknown now: the call it happened in fails, the container ends.
process.on('uncaughtException', (error) => {
  process.stderr.write(`Uncaught ${printable(error)}\n`);
  server?.failRunning(error);
  void channel.drained().then(() => process.exit(1));
});

// A promise that a finished call left behind is a defect of that function, but no reason to fail others.
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`Unhandled rejection: ${printable(reason)}\n`);
});

channel.listen(
  (message) => receive(message),
  () => process.exit(0),
);
channel.send({
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  runtime: `node ${process.version}`,
  pid: process.pid,
});

function receive(message: EngineMessage): void {
  switch (message.type) {
    case 'init':
      void start(message);
      return;
    case 'call':
      server?.submit(message);
      return;
    case 'cancel':
      server?.cancel(message.call);
      return;
    case 'ping':
      channel.send({ type: 'pong', nonce: message.nonce });
      return;
    case 'stop':
      void channel.drained().then(() => process.exit(0));
  }
}

async function start(init: RunnerInit): Promise<void> {
  try {
    if (init.protocol !== PROTOCOL_VERSION) {
      throw new FunctionStartError(`this runner speaks version ${PROTOCOL_VERSION}, not ${init.protocol}`);
    }
    provideContext({ isLocal: false, currentCall: () => context.current() });
    // Here and not in the container's settings, where anybody who may ask Docker could read them.
    Object.assign(process.env, init.env);
    const fn = await loadFunction(init);
    server = new CallServer(init.function, fn, context, (answer) => channel.send(answer));
    channel.send({ type: 'ready' });
  } catch (error) {
    channel.send({ type: 'init-failed', error: encodeThrown(error) });
    await channel.drained();
    process.exit(1);
  }
}

function printable(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown);
}
