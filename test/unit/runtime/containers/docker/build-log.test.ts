import { describe, expect, it } from 'vitest';
import { BuildLog, type BuildVertex } from '../../../../../src/runtime/containers/docker/build-log.ts';
import type { ImageProgress } from '../../../../../src/runtime/images/image-host.ts';

const apt = { name: 'aptInstall("jq")', installs: true };
const workdir = { name: 'workdir("/app")', installs: false };

function openLog() {
  const seen: ImageProgress[] = [];
  const log = new BuildLog({ base: 'node:24', steps: [apt, workdir] }, (progress) => seen.push(progress));
  return {
    seen,
    log,
    vertex: (digest: string, name: string, rest: Partial<BuildVertex> = {}) =>
      log.add({ vertexes: [{ digest, name, started: true, error: '', ...rest }], logs: [] }),
    print: (vertex: string, bytes: string | Uint8Array) =>
      log.add({ vertexes: [], logs: [{ vertex, bytes: Buffer.from(bytes) }] }),
  };
}

describe('BuildLog', () => {
  it.each([
    '[2/3] RUN x',
    '[stage-0 2/3] RUN x',
    '[linux/amd64 2/3] RUN x',
    '[linux/amd64 stage-0 2/3] RUN [ "a" ]',
  ])('says the step of %s in the words of the user', (name) => {
    const { vertex, seen } = openLog();
    vertex('a', name);
    expect(seen).toEqual([{ kind: 'step', name: 'aptInstall("jq")' }]);
  });

  it('announces a step once, when it starts', () => {
    const { vertex, seen } = openLog();
    vertex('a', '[2/3] RUN x', { started: false });
    expect(seen).toEqual([]);
    vertex('a', '[2/3] RUN x');
    vertex('a', '[2/3] RUN x');
    expect(seen).toHaveLength(1);
  });

  it('announces the base once, whether its metadata or itself comes first', () => {
    const { vertex, seen } = openLog();
    vertex('m', '[internal] load metadata for docker.io/library/node:24');
    vertex('f', '[1/3] FROM docker.io/library/node:24');
    expect(seen).toEqual([{ kind: 'step', name: 'node:24' }]);
  });

  it("keeps quiet about the builder's own work", () => {
    const { vertex, print, seen } = openLog();
    vertex('a', '[internal] load build definition from Dockerfile');
    vertex('b', 'exporting to image');
    print('b', 'exporting\n');
    print('unknown', 'x\n');
    expect(seen).toEqual([]);
  });

  it('gives whole lines, however the bytes are cut', () => {
    const { vertex, print, seen } = openLog();
    vertex('a', '[2/3] RUN x');
    const euro = Buffer.from('5 €\r\nnext');
    print('a', euro.subarray(0, 3));
    print('a', euro.subarray(3));
    print('a', ' line\n\n');
    expect(seen.slice(1)).toEqual(['5 €', 'next line', ''].map((text) => ({ kind: 'log', text })));
  });

  it('finds the step that failed, with the last lines it printed, an unfinished one included', () => {
    const { vertex, print, log } = openLog();
    vertex('a', '[2/3] RUN x');
    for (let line = 0; line < 1_000; line++) print('a', `${line}\n`);
    print('a', 'unfinished');
    vertex('a', '[2/3] RUN x', { error: 'exit code: 7' });
    const failure = log.failure('failed to solve: exit code: 7');
    expect(failure).toMatchObject({ base: undefined, step: apt, message: 'exit code: 7' });
    expect(failure.output.slice(-2)).toEqual(['999', 'unfinished']);
    expect(failure.output.length).toBeLessThan(250);
  });

  it('tells the step that failed from those that were cancelled for it', () => {
    const { vertex, log } = openLog();
    vertex('a', '[2/3] RUN x', { error: 'context canceled' });
    vertex('b', '[3/3] WORKDIR y', { error: 'no space' });
    expect(log.failure('failed to solve: no space').step).toBe(workdir);
  });

  it.each(['[internal] load metadata for nowhere/x:1', '[1/3] FROM nowhere/x:1'])(
    'knows %s for the base',
    (name) => {
      const { vertex, log } = openLog();
      vertex('m', name, { error: 'not found' });
      expect(log.failure('not found')).toMatchObject({ base: 'node:24', step: undefined });
    },
  );

  it('hides the value of a secret, wherever a step prints it', () => {
    const seen: ImageProgress[] = [];
    const secrets = { a: 'hunter2', b: 'first line\nhunter2-longer', c: 'x' };
    const log = new BuildLog({ base: 'x', steps: [apt], secrets }, (progress) => seen.push(progress));
    const vertex = { digest: 'v', name: '[2/2] RUN x', started: true, error: '' };
    log.add({ vertexes: [vertex], logs: [] });
    const print = (text: string) =>
      log.add({ vertexes: [], logs: [{ vertex: 'v', bytes: Buffer.from(text) }] });
    print('a hunt');
    print('er2 b\nfirst line\nhunter2-longer x\nhunter2');
    log.add({ vertexes: [{ ...vertex, error: 'exit code: 1' }], logs: [] });
    expect(seen.slice(1)).toEqual([
      { kind: 'log', text: 'a *** b' },
      { kind: 'log', text: '***' },
      { kind: 'log', text: '*** x' },
    ]);
    expect(log.failure('exit code: 1').output).toEqual(['a *** b', '***', '*** x', '***']);
  });

  it("falls back to the builder's last word where no step failed", () => {
    const { log } = openLog();
    expect(log.failure('it broke')).toEqual({
      base: undefined,
      step: undefined,
      message: 'it broke',
      output: [],
    });
  });
});
