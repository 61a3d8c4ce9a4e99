/**
 * Small Node programs for containers, as commands. They know their channel: fd 3 to read, fd 4 to write.
 */

/** A command that runs a piece of JavaScript, in which `say` writes to the channel at once. */
export function program(code: string): readonly string[] {
  return ['node', '-e', `const fs = require('fs'), say = (text) => fs.writeSync(4, text); ${code}`];
}

const CHANNEL = `
  const { Socket } = require('net');
  const input = new Socket({ fd: 3, readable: true, writable: false });
  const output = new Socket({ fd: 4, readable: false, writable: true });`;

/** Sends back what it gets until its channel is closed, then ends with code 0. */
export const ECHO = program(`${CHANNEL} input.pipe(output);`);

/** Says `up`, then waits for the end of its channel. */
export const WAITS = program(
  `${CHANNEL} output.write('up'); input.resume(); input.on('end', () => process.exit(0));`,
);

/** Says `up`, then never reads its channel and never ends. */
export const DEAF = program(`say('up'); setInterval(() => {}, 1e9);`);

/** Says `up`, then blocks for ever and notices nothing. */
export const BLOCKS = program(`say('up'); for (;;);`);

/** Says `up` and then `go` for ever as it reads a file of zeros: takes memory until it is stopped. */
export const EATS_MEMORY = program(`say('up'); const kept = []; for (;;) kept.push(Buffer.alloc(4e6, 1));`);
