#!/usr/bin/env node
// The only place that ends the process. No logic: oclif finds the command, src/cli does the rest.
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`dray needs Node 22.19 or newer; this is Node ${process.versions.node}\n`);
  process.exit(3);
}
module.enableCompileCache?.();

const [{ execute }, { settings }] = await Promise.all([
  import('@oclif/core/execute'),
  import('@oclif/core/settings'),
]);
// In a checkout, NODE_ENV=test or development would make oclif load tsx and run the sources instead of dist.
settings.enableAutoTranspile = false;
try {
  await execute({ dir: import.meta.url });
} finally {
  // User code may leave timers and sockets behind; the result is out, so they hold up nobody.
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}
