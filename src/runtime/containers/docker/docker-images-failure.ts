/**
 * Tells what a failed pull or build means, in the errors of images/image-errors.ts.
 *
 * Statuses decide where there are any. The engine passes on a registry's refusal, and BuildKit a step's failure, as
 * text without a code: TEXTS is the only place that reads such text, and names who writes it.
 */

import type { ToolError } from '../../../shared/errors.ts';
import {
  DockerfileInvalidError,
  ImageBuildError,
  ImageNotFoundError,
  ImagePullError,
  type LoginState,
  NoSpaceLeftError,
  PackageNotFoundError,
  RegistryDeniedError,
  RegistryRateLimitedError,
  RegistryUnreachableError,
  WrongArchitectureError,
} from '../../images/image-errors.ts';
import type { BuildStep } from '../../images/image-host.ts';
import type { BuildFailure } from './build-log.ts';

const TEXTS = {
  /** BuildKit's parser and its reader of instructions (frontend/dockerfile/parser, instructions). */
  dockerfile:
    /\bdockerfile parse error\b|\bunknown instruction\b|\btarget stage \S+ could not be found\b|\bfailed to reach build target\b|\bfile with no instructions\b|\bthe Dockerfile .* cannot be empty\b/i,
  /** Go's syscall.ENOSPC (engine, BuildKit) and glibc's strerror of it (programs of a step). */
  noSpace: /no space left on device/i,
  /** The error codes of the registry protocol (OCI distribution specification, "Error Codes"), as Go clients print them. */
  notFound: /\b(?:manifest|name|repository)[ _]unknown\b|: not found$/i,
  /** Docker's own reader of manifest lists (distribution/pull_v2.go), and containerd's (images/image.go). */
  wrongArchitecture:
    /\bno matching manifest for (?:linux\/)?(?<hosts>[\w/]+)|\bno match for platform in manifest\b/i,
  denied: /\b(?:unauthorized|denied|forbidden|insufficient_scope|no basic auth credentials)\b|\b40[13] /i,
  rateLimited: /\btoomanyrequests\b|\b429 /i,
  /** Go's net package: the registry's name has no address, nothing answers there, or its certificate is not trusted. */
  unreachable:
    /\bdial tcp\b|\bno such host\b|\bi\/o timeout\b|\bconnection re(?:fused|set)\b|\bTLS handshake\b|\bx509: |\bproxyconnect\b|\bclient\.timeout exceeded\b|: EOF$/i,
} as const;

/**
 * Lines by which a package manager says that a package is not there: apt's messages in its C locale (apt-pkg/cacheset.cc,
 * cmdline/apt-get.cc), npm's error codes and texts (lib/utils/error-message.js, versions 8 to 12), pip's
 * (resolution/resolvelib/factory.py) and uv's (uv-resolver's report.rs).
 */
const MISSING_PACKAGE = [
  /^E: Unable to locate package (?<name>\S+)/,
  /^E: Package '(?<name>[^']+)' has no installation candidate/,
  /^E: Version '(?<version>[^']+)' for '(?<name>[^']+)' was not found/,
  /^npm (?:ERR!|error) 404\s+The requested resource '(?<name>[^']+?)(?:@\*)?' could not be found/,
  /^npm (?:ERR!|error) 404\s+'(?<name>[^']+?)(?:@\*)?' is not in (?:this|the npm) registry/,
  /^npm (?:ERR!|error) notarget No matching version found for (?<name>\S+?)\.?$/,
  /^npm (?:ERR!|error) code (?:E404|ETARGET)\b/,
  /^ERROR: No matching distribution found for (?<name>[^\s;]+)/,
  /\bBecause (?<name>\S+) was not found in the package registry\b/,
  /\bBecause there is no version of (?<name>\S+)/,
];

/** The error for a pull that failed. `status` is none where the engine had already begun to answer. */
export function pullError(
  reference: string,
  answer: string,
  status: number | undefined,
  { cause, ...login }: LoginState & { readonly cause: unknown },
): ToolError {
  if (TEXTS.noSpace.test(answer)) return new NoSpaceLeftError(reference, cause);
  const other = TEXTS.wrongArchitecture.exec(answer);
  if (other !== null)
    return new WrongArchitectureError(reference, other.groups?.hosts ?? 'it', undefined, cause);
  if (status === 404) return new ImageNotFoundError(reference, login, cause);
  if (status === 401 || status === 403) return new RegistryDeniedError(reference, login, cause);
  if (TEXTS.rateLimited.test(answer)) return new RegistryRateLimitedError(reference, cause);
  if (TEXTS.notFound.test(answer)) return new ImageNotFoundError(reference, login, cause);
  if (TEXTS.denied.test(answer)) return new RegistryDeniedError(reference, login, cause);
  if (TEXTS.unreachable.test(answer)) return new RegistryUnreachableError(reference, answer, cause);
  return new ImagePullError(reference, answer, cause);
}

/** The error for a build that failed after it had its base. */
export function buildError(tag: string, failure: BuildFailure): ToolError {
  const { step } = failure;
  const output = withoutUsage(failure.output);
  const cause = new Error(failure.message);
  const message = withoutCommand(failure.message);
  if (TEXTS.noSpace.test(message) || output.slice(-5).some((line) => TEXTS.noSpace.test(line))) {
    return new NoSpaceLeftError(step === undefined ? tag : placedName(step), cause);
  }
  if (step === undefined && TEXTS.dockerfile.test(message)) return new DockerfileInvalidError(message, cause);
  if (step === undefined) return new ImageBuildError(undefined, [message], tag, cause);
  // A command of the user's may print such lines as well: there it is one failure of many.
  const missing = step.installs ? missingPackage(output) : undefined;
  if (missing !== undefined) return new PackageNotFoundError(placedName(step), missing, output, cause);
  return new ImageBuildError(placedName(step), output.length > 0 ? output : [message], tag, cause);
}

/** `aptInstall("jq") (app.ts:12)`. */
function placedName({ name, at }: BuildStep): string {
  return at === undefined ? name : `${name} (${at})`;
}

/** BuildKit quotes the whole command that failed, the user's own words in it: what went wrong comes after. */
function withoutCommand(message: string): string {
  return (
    /(?:did not complete successfully|executor failed running \[.*\]): (.*)$/s.exec(message)?.[1] ?? message
  );
}

/** npm explains all of its options where a lock file does not fit; what went wrong stands before that. */
function withoutUsage(output: readonly string[]): readonly string[] {
  const from = output.findIndex((line) => /^npm (?:ERR!|error) Clean install a project$/.test(line));
  const to = output.findIndex((line) => /^npm (?:ERR!|error) Run "npm help \S+" for more info$/.test(line));
  return from === -1 || to < from ? output : [...output.slice(0, from), ...output.slice(to + 1)];
}

/** The package that a package manager says is not there; empty where it does not name it. */
function missingPackage(output: readonly string[]): string | undefined {
  for (const pattern of MISSING_PACKAGE) {
    for (const line of output) {
      const match = pattern.exec(line.trim());
      if (match === null) continue;
      const { name = '', version } = match.groups ?? {};
      return version === undefined ? name : `${name}=${version}`;
    }
  }
  return undefined;
}
