/**
 * The flags of `dray run`.
 */
import { Flags } from '@oclif/core';
import { imageFlags } from './image-flags.ts';

export const runFlags = {
  backend: Flags.string({
    options: ['docker', 'process'],
    description: 'where containers run; without it Docker, or child processes where there is no Docker',
  }),
  detach: Flags.boolean({
    char: 'd',
    description: 'run it on the server in use, print the id of the call, and wait for nothing',
  }),
  ...imageFlags,
  quiet: Flags.boolean({ char: 'q', description: 'show no progress, only what the app prints' }),
  timestamps: Flags.boolean({ description: 'head each line of the containers with its time' }),
  'write-result': Flags.string({
    char: 'w',
    helpValue: 'PATH',
    exclusive: ['detach'],
    description: 'also write the result to a file: bytes and strings as they are, the rest as JSON',
  }),
};
