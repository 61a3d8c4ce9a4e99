/**
 * The suite of invokers on the three there are, with the same app in the same child processes behind each.
 */
import path from 'node:path';
import { ServerConnection } from '../../src/client/server-connection.ts';
import { ChannelInvoker } from '../../src/invocation/channel-invoker.ts';
import { encodeFrame, FrameDecoder } from '../../src/protocol/frame-codec.ts';
import {
  decodeMessage,
  type EngineMessage,
  encodeMessage,
  type RunnerMessage,
} from '../../src/protocol/runner-messages.ts';
import { NestedCalls } from '../../src/runtime/engine/nested-calls.ts';
import { runningServer } from '../../src/server/server-record.ts';
import { describeInvoker } from '../contract/invoker.contract.ts';
import { serveApp } from './serving-app.ts';

const FILE = path.join(import.meta.dirname, '../fixtures/apps/invoked.ts');

describeInvoker('in this process', async () => {
  const serving = await serveApp(FILE);
  return { invoker: serving.started.invoker, [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose]() };
});

describeInvoker('from inside a container', async () => {
  const serving = await serveApp(FILE);
  const toEngine = wire<RunnerMessage>((message) => session.receive(message as never));
  const toRunner = wire<EngineMessage>((message) => invoker.receive(message as never));
  const session = new NestedCalls(serving.started.encoded, 'invoked').open({
    send: toRunner,
    callId: () => undefined,
  });
  const invoker = new ChannelInvoker(toEngine, () => 0);
  return { invoker, [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose]() };
});

describeInvoker('over HTTP', async () => {
  const serving = await serveApp(FILE);
  const { url, dataFolder } = serving.server;
  const token = runningServer(dataFolder)?.token;
  const connection = new ServerConnection(async () => ({ url, token, environment: 'main' }));
  return {
    invoker: connection.invoker,
    async [Symbol.asyncDispose]() {
      await connection.close();
      await serving[Symbol.asyncDispose]();
    },
  };
});

/** Messages as they cross a channel: encoded, framed, and decoded in a later turn. */
function wire<Message extends RunnerMessage | EngineMessage>(onMessage: (message: Message) => void) {
  const decoder = new FrameDecoder((head, tail) => onMessage(decodeMessage<Message>(head, tail)));
  return (message: Message) => {
    const bytes = Buffer.concat(encodeFrame(encodeMessage(message)));
    setImmediate(() => decoder.push(bytes));
  };
}
