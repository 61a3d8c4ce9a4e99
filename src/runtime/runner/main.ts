/**
 * The program inside a container: imports the app's bundle and serves calls of one function or class.
 *
 * Built into one file (scripts/build.ts) and sent over the channel by the engine, so no image holds it.
 *
 * Invariants
 * - the engine gone (fd 3 ends) means the process ends
 * - at any exit that user code can cause, results and logs written so far are delivered
 */
import { ChannelInvoker } from '../../invocation/channel-invoker.ts';
import {
  type EngineMessage,
  PROTOCOL_VERSION,
  type RunnerInit,
  type RunnerMessage,
} from '../../protocol/runner-messages.ts';
import { encodeThrown } from '../../protocol/value-codec.ts';
import { provideContext } from '../../sdk/context.ts';
import { FunctionStartError } from '../../sdk/errors.ts';
import { CallContext } from './call-context.ts';
import { CallServer } from './call-server.ts';
import { captureOutput } from './captured-output.ts';
import { loadService, type Service } from './load-service.ts';
import { RunnerChannel } from './runner-channel.ts';

const channel = new RunnerChannel();
const context = new CallContext();
const invoker = new ChannelInvoker(
  (message) => channel.send(message),
  () => context.number(),
);
const readOutput = captureOutput((source, bytes) =>
  channel.send({ type: 'log', call: context.number(), source, bytes }),
);
let service: Service | undefined;
let server: CallServer | undefined;

process.on('exit', () => {
  readOutput();
  channel.flush();
});

// The state of the process is unknown now: the call it happened in fails, the container ends, and the engine
// runs the other calls elsewhere.
process.on('uncaughtException', (error) => {
  process.stderr.write(`Uncaught ${printable(error)}\n`);
  server?.failRunning(error, context.number());
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
    case 'batch':
      server?.submitBatch(message);
      return;
    case 'credit':
      server?.addCredit(message.call, message.count);
      return;
    case 'invoke-value':
    case 'invoke-settled':
    case 'invoke-accepted':
      invoker.receive(message);
      return;
    case 'cancel':
      server?.cancel(message.call);
      return;
    case 'ping':
      channel.send({ type: 'pong', nonce: message.nonce });
      return;
    case 'stop':
      void stop();
  }
}

async function start(init: RunnerInit): Promise<void> {
  try {
    if (init.protocol !== PROTOCOL_VERSION) {
      throw new FunctionStartError(`this runner speaks version ${PROTOCOL_VERSION}, not ${init.protocol}`);
    }
    provideContext({
      isLocal: false,
      invoker,
      currentCall: () => context.current(),
      stopTakingCalls: () => channel.send({ type: 'leave' }),
    });
    // Here and not in the container's settings, where anybody who may ask Docker could read them.
    Object.assign(process.env, init.env);
    service = await loadService(init);
    const send = (answer: RunnerMessage) => channel.send(answer);
    const { function: functionName, concurrency } = init;
    server = new CallServer({ functionName, service, concurrency, context, send });
    channel.send({ type: 'ready' });
  } catch (error) {
    channel.send({ type: 'init-failed', error: encodeThrown(error) });
    await channel.drained();
    process.exit(1);
  }
}

/** An orderly end: what runs is answered, then the class lets go of what it holds. */
async function stop(): Promise<void> {
  await server?.drain();
  try {
    await service?.exit();
  } catch (error) {
    process.stderr.write(`The exit hook threw ${printable(error)}\n`);
  }
  await channel.drained();
  process.exit(0);
}

function printable(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown);
}
