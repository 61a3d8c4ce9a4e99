/**
 * The program inside a container: imports the app's bundle and serves calls of one function or class.
 *
 * Built into one file (scripts/build.ts) and sent over the channel by the engine, so no image holds it.
 *
 * Invariants
 * - the engine gone (fd 3 ends) means the process ends; one that may come back is waited for, but not for ever
 * - at any exit that user code can cause, results and logs written so far are delivered
 */
import { ChannelInvoker } from '../../invocation/channel-invoker.ts';
import { MARK_VARIABLE } from '../../protocol/resync-mark.ts';
import {
  type EngineMessage,
  PROTOCOL_VERSION,
  type RunnerInit,
  type RunnerMessage,
} from '../../protocol/runner-messages.ts';
import { encodeThrown } from '../../protocol/value-codec.ts';
import { provideContext } from '../../sdk/context.ts';
import { FunctionStartError, StreamInterruptedError } from '../../sdk/errors.ts';
import { CallContext } from './call-context.ts';
import { CallServer } from './call-server.ts';
import { captureOutput } from './captured-output.ts';
import { KeptAnswers } from './kept-answers.ts';
import { loadService, type Service } from './load-service.ts';
import { RunnerChannel } from './runner-channel.ts';

/** Of a container that may outlive its engine. */
const mark = process.env[MARK_VARIABLE];
delete process.env[MARK_VARIABLE];
const channel = new RunnerChannel(mark === undefined ? undefined : Buffer.from(mark, 'hex'));
const context = new CallContext();
const invoker = new ChannelInvoker(
  (message) => channel.send(message),
  () => context.number(),
  mark !== undefined,
);
const kept = mark === undefined ? undefined : new KeptAnswers();
const readOutput = captureOutput((source, bytes) =>
  channel.send({ type: 'log', call: context.number(), source, bytes }),
);
let service: Service | undefined;
let server: CallServer | undefined;
let memo: Uint8Array = new Uint8Array();

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

channel.listen({
  onMessage: (message) => receive(message),
  onResync: () => resume(),
  onEnd: () => process.exit(0),
});
channel.send({
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  runtime: `node ${process.version}`,
  pid: process.pid,
});

/** How often a runner looks at most for how long no engine has spoken, in ms. */
const ORPHAN_CHECK_MS = 60_000;

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
    case 'acknowledge':
      server?.acknowledge(message.calls);
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
    memo = Uint8Array.from(init.memo);
    if (init.orphanMs > 0) endWhenOrphaned(init.orphanMs);
    service = await loadService(init);
    const send = (answer: RunnerMessage) => channel.send(answer);
    const { function: functionName, concurrency } = init;
    server = new CallServer({ functionName, service, concurrency, context, send, kept });
    channel.send({ type: 'ready' });
  } catch (error) {
    channel.send({ type: 'init-failed', error: encodeThrown(error) });
    await channel.drained();
    process.exit(1);
  }
}

/** Another engine took this container: it learns what is here, and gets what the last one may not have got. */
function resume(): void {
  const nothing = { accepting: false, lastCall: 0, running: [], waiting: [], calls: [] };
  const { calls, ...held } = server?.resume() ?? nothing;
  const answers = [...(kept?.all ?? [])];
  channel.send({
    type: 'resumed',
    protocol: PROTOCOL_VERSION,
    ...held,
    calls: [...calls, ...answers.map(({ id, attempt, answer }) => [answer.call, id, attempt, 0] as const)],
    memo,
  });
  for (const { answer } of answers) channel.send(answer);
  invoker.interrupt(new StreamInterruptedError());
  invoker.resume();
}

/**
 * Ends a container that no engine has spoken to for that long. One that was frozen meanwhile may have its words unread:
 * it is given another turn.
 */
function endWhenOrphaned(orphanMs: number): void {
  let silent = false;
  const every = Math.max(50, Math.min(orphanMs / 4, ORPHAN_CHECK_MS));
  setInterval(() => {
    if (channel.silentMs < orphanMs) silent = false;
    else if (silent) process.exit(0);
    else silent = true;
  }, every).unref();
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
