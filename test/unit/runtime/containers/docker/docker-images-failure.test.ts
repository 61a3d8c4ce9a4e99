import { describe, expect, it } from 'vitest';
import { buildError, pullError } from '../../../../../src/runtime/containers/docker/docker-images-failure.ts';

const apt = { name: 'aptInstall("jq", "nosuchpackage")', installs: true };
const npm = { name: 'npmInstall("x")', installs: true };
const command = { name: 'runCommands("make")', installs: false };

describe('pullError', () => {
  it.each([
    {
      name: 'a tag that is not there (engine 20.10 and 28, status 404)',
      status: 404,
      answer: 'manifest for localhost:5000/x:1 not found: manifest unknown: manifest unknown',
      want: 'IMAGE_NOT_FOUND',
    },
    {
      name: 'a name that Docker Hub does not say whether it exists (status 404)',
      status: 404,
      answer:
        "pull access denied for nosuch/repo, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      want: 'IMAGE_NOT_FOUND',
    },
    {
      name: 'a registry that asks for a login (status 500)',
      status: 500,
      answer: 'Head "http://127.0.0.1:5000/v2/x/manifests/1": no basic auth credentials',
      want: 'REGISTRY_DENIED',
    },
    {
      name: 'a registry that refuses the login (status 500)',
      status: 500,
      answer: 'unauthorized: authentication required',
      want: 'REGISTRY_DENIED',
    },
    { name: 'status 403', status: 403, answer: 'whatever', want: 'REGISTRY_DENIED' },
    {
      name: 'too many pulls',
      status: 500,
      answer: 'toomanyrequests: You have reached your pull rate limit.',
      want: 'REGISTRY_RATE_LIMITED',
    },
    {
      name: 'a registry without an address (engine 28.5)',
      status: 500,
      answer:
        'Get "https://nowhere.invalid/v2/": dial tcp: lookup nowhere.invalid on 10.0.0.1:53: no such host',
      want: 'REGISTRY_UNREACHABLE',
    },
    {
      name: 'a registry where nothing answers (engine 28.5)',
      status: 500,
      answer: 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
      want: 'REGISTRY_UNREACHABLE',
    },
    {
      name: 'a registry whose certificate the engine does not trust',
      status: 500,
      answer:
        'Get "https://r/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      want: 'REGISTRY_UNREACHABLE',
    },
    {
      name: 'a disk that fills up while layers are unpacked (engine 28.5 on a small tmpfs)',
      status: undefined,
      answer: 'failed to register layer: write /usr/lib/perl-base/unicore/To/Gc.pl: no space left on device',
      want: 'NO_SPACE_LEFT',
    },
    {
      name: 'a disk that fills up while layers are downloaded (engine 28.5 on a small tmpfs)',
      status: undefined,
      answer: 'write /var/lib/docker/tmp/GetImageBlob2687751899: no space left on device',
      want: 'NO_SPACE_LEFT',
    },
    {
      name: 'a tag without this processor (engine 28.5)',
      status: 404,
      answer: 'no matching manifest for linux/amd64 in the manifest list entries',
      want: 'IMAGE_WRONG_ARCHITECTURE',
    },
    {
      name: 'anything else',
      status: 500,
      answer: 'layers from manifest do not match',
      want: 'IMAGE_PULL_FAILED',
    },
  ])('knows $name for $want', ({ status, answer, want }) => {
    const cause = new Error('from dockerode');
    expect(pullError('x:1', answer, status, { cause, hasLogin: false })).toMatchObject({
      code: want,
      exitCode: 3,
      cause,
    });
    expect(pullError('x:1', answer, status, { cause, hasLogin: false }).message).toContain('x:1');
  });
});

describe('buildError', () => {
  const message = 'process "/bin/sh -ec x" did not complete successfully: exit code: 100';
  const failure = (step: typeof apt | undefined, output: string[], text = message) =>
    buildError('tag', { base: undefined, step, message: text, output });

  it('names the step in the words of the user and shows the last 30 lines', () => {
    const output = Array.from({ length: 50 }, (_, line) => `line ${line}`);
    const error = failure(command, output);
    expect(error).toMatchObject({ code: 'IMAGE_BUILD_FAILED', exitCode: 3 });
    expect(error.message).toBe('building the image failed at runCommands("make")');
    expect(error.details?.split('\n')).toEqual(output.slice(20));
  });

  it('shows what BuildKit says where the step printed nothing, without the command', () => {
    expect(failure(command, []).details).toBe('exit code: 100');
    const old = 'executor failed running [/bin/sh -ec echo ]: x]: exit code: 7';
    expect(failure(command, [], old).details).toBe('exit code: 7');
  });

  it.each([
    { step: apt, line: 'E: Unable to locate package nosuchpackage', what: 'the package "nosuchpackage"' },
    { step: apt, line: "E: Version '0.0.1' for 'jq' was not found", what: 'the package "jq=0.0.1"' },
    { step: apt, line: "E: Package 'jq' has no installation candidate", what: 'the package "jq"' },
    {
      step: npm,
      line: "npm error 404  The requested resource '@a/b@*' could not be found or you do not have permission to access it.",
      what: 'the package "@a/b"',
    },
    { step: npm, line: "npm ERR! 404  'x@9' is not in this registry.", what: 'the package "x@9"' },
    {
      step: npm,
      line: 'npm error notarget No matching version found for x@99.9.9.',
      what: 'the package "x@99.9.9"',
    },
    { step: npm, line: 'npm error code E404', what: 'a package' },
  ])('knows a package that is not there by: $line', ({ step, line, what }) => {
    const error = failure(step, ['before', line, 'after']);
    expect(error).toMatchObject({ code: 'IMAGE_PACKAGE_NOT_FOUND', exitCode: 2 });
    expect(error.message).toBe(`${what} of ${step.name} does not exist`);
    expect(error.details).toContain(line);
  });

  it("takes such a line in the output of a user's command for what it is", () => {
    expect(failure(command, ['E: Unable to locate package x']).code).toBe('IMAGE_BUILD_FAILED');
  });

  it.each([
    {
      step: command,
      output: ['cc1: error: out.o: No space left on device', 'make: *** Error 1'],
      text: message,
    },
    { step: command, output: [], text: 'write /var/lib/docker/x: no space left on device' },
    { step: undefined, output: [], text: 'failed to solve: mkdir /x: no space left on device' },
  ])('knows a full disk by $output $text', ({ step, output, text }) => {
    expect(failure(step, output, text)).toMatchObject({ code: 'NO_SPACE_LEFT', exitCode: 3 });
  });

  it('is not taken in by a command that speaks of full disks', () => {
    const text =
      'process "/bin/sh -ec echo no space left on device; false" did not complete successfully: exit code: 1';
    expect(failure(command, [], text).code).toBe('IMAGE_BUILD_FAILED');
  });

  it('says what the builder said where no step failed', () => {
    expect(failure(undefined, [], 'ERROR: unknown flag')).toMatchObject({
      message: 'building the image failed',
      details: 'ERROR: unknown flag',
    });
  });
});
