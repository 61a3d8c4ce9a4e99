/**
 * The errors that getting an image can end in, for every way a host may pull and build.
 *
 * It decides words and exit codes. Telling which of them a builder's or a registry's answer means is the
 * vendor's folder's work (containers/docker/docker-images-failure.ts).
 */
import { EnvironmentError, UserError } from '../../shared/errors.ts';

/** Lines of a step's output that its error shows. */
export const SHOWN_LINES = 30;

/** A build ended without an image: a step failed, or the builder itself did. */
export class ImageBuildError extends EnvironmentError {
  /** The failing step in the user's words; none where the builder failed outside of any. */
  readonly step: string | undefined;

  /**
   * @param step in the user's words, with the line that declares it where that is known
   * @param reference of the image, whose log is kept
   */
  constructor(step: string | undefined, output: readonly string[], reference: string, cause?: unknown) {
    const name = reference.split(':').at(-1)?.slice(0, 12);
    super('IMAGE_BUILD_FAILED', `building the image failed${step === undefined ? '' : ` at ${step}`}`, {
      suggestions: [
        ...(step === undefined ? [] : ['the lines above are the last that the step printed']),
        `see all that was printed: dray image logs ${name}`,
      ],
      details: lastLines(output),
      cause,
    });
    this.step = step;
  }
}

/** The builder cannot read the Dockerfile: a broken line, an unknown instruction, a stage that is not there. */
export class DockerfileInvalidError extends UserError {
  /** @param message the builder's own, which names the line */
  constructor(message: string, cause?: unknown) {
    super('DOCKERFILE_INVALID', 'the Dockerfile of the image cannot be read', {
      suggestions: ['mend the line that is named, in the Dockerfile or in dockerfileCommands'],
      details: message,
      cause,
    });
  }
}

/** A step has secrets, and the engine's own API has no way to hand them over. */
export class BuildxNeededError extends EnvironmentError {
  constructor(tag: string) {
    super('BUILDX_NEEDED', `the image ${tag} is built with secrets, which needs docker buildx`, {
      suggestions: [
        'install buildx 0.13 or newer: https://docs.docker.com/go/buildx/',
        'see whether it is found: docker buildx version',
      ],
    });
  }
}

/** A package that the recipe names does not exist in that version, or at all. Only the user can mend that. */
export class PackageNotFoundError extends UserError {
  constructor(step: string, packageName: string, output: readonly string[], cause?: unknown) {
    const what = packageName === '' ? 'a package' : `the package ${JSON.stringify(packageName)}`;
    super('IMAGE_PACKAGE_NOT_FOUND', `${what} of ${step} does not exist`, {
      suggestions: ["check the package's name and version", 'check that the base is the release that has it'],
      details: lastLines(output),
      cause,
    });
  }
}

/** With what a registry was asked. */
export interface LoginState {
  readonly hasLogin: boolean;
  /** Why a login that is kept somewhere could not be had. */
  readonly trouble?: string | undefined;
}

function loginSuggestions(when: string, { hasLogin, trouble }: LoginState): string[] {
  return [
    ...(trouble === undefined ? [] : [`mend what keeps your login: ${trouble}`]),
    hasLogin
      ? `${when}use an account that may pull it: the login that is known was sent`
      : `${when}log in with docker login, or give Image.fromRegistry a secret with the login`,
  ];
}

/**
 * The registry has no such image, or hides it from those who may not pull it: Docker Hub says neither, and engines
 * report a refusal (403) as not found (404).
 */
export class ImageNotFoundError extends EnvironmentError {
  constructor(reference: string, login: LoginState, cause?: unknown) {
    super(
      'IMAGE_NOT_FOUND',
      `the image ${reference} does not exist in its registry, or is hidden without a login`,
      {
        suggestions: [
          "check the image's name and tag",
          ...loginSuggestions('where the image is private: ', login),
        ],
        cause,
      },
    );
  }
}

/** The registry knows the user, or nobody, and gives the image to neither. */
export class RegistryDeniedError extends EnvironmentError {
  constructor(reference: string, login: LoginState, cause?: unknown) {
    super('REGISTRY_DENIED', `the registry of ${reference} denies access to it`, {
      suggestions: loginSuggestions('', login),
      cause,
    });
  }
}

/** The registry has given this address or account as much as it gives for now. */
export class RegistryRateLimitedError extends EnvironmentError {
  constructor(reference: string, cause?: unknown) {
    super('REGISTRY_RATE_LIMITED', `the registry of ${reference} allows no more downloads for now`, {
      suggestions: ['log in with docker login: accounts have higher limits', 'wait, and try again'],
      cause,
    });
  }
}

/** Nothing answers at the registry, or not with a certificate that the host trusts. */
export class RegistryUnreachableError extends EnvironmentError {
  constructor(reference: string, answer: string, cause?: unknown) {
    super('REGISTRY_UNREACHABLE', `the registry of ${reference} cannot be reached from the Docker host`, {
      suggestions: [
        "check the registry's name in the reference",
        "check the Docker host's network and proxy",
      ],
      details: answer,
      cause,
    });
  }
}

/** The host's disk is full. `what` needed the space. */
export class NoSpaceLeftError extends EnvironmentError {
  constructor(what: string, cause?: unknown) {
    super('NO_SPACE_LEFT', `the Docker host has no space left for ${what}`, {
      suggestions: ['see what takes it: docker system df', 'free what is unused: docker system prune'],
      cause,
    });
  }
}

/** A function's image has no Node, and cannot run the one that dray brings along. */
export class BorrowedNodeError extends EnvironmentError {
  constructor(reference: string, said: string) {
    super('IMAGE_CANNOT_RUN', `the image ${reference} cannot run Node`, {
      suggestions: [
        'use an image with a shell (/bin/sh), and glibc 2.28 or musl 1.2.4 or newer',
        'or one with a Node of its own, e.g. Image.node("24")',
      ],
      details: said.trim(),
    });
  }
}

/** An image is for another processor than its host has. */
export class WrongArchitectureError extends EnvironmentError {
  /** @param architecture of the image that is here; none where the registry has no other */
  constructor(reference: string, hosts: string, architecture?: string, cause?: unknown) {
    const sentence =
      architecture === undefined
        ? `the image ${reference} does not exist for ${hosts}, which the Docker host is`
        : `the image ${reference} is for ${architecture}, and the Docker host is ${hosts}`;
    super('IMAGE_WRONG_ARCHITECTURE', sentence, {
      suggestions: [
        `use an image that there is for ${hosts}: docker manifest inspect ${reference}`,
        ...(architecture === undefined
          ? []
          : [`remove the one that is here, to have it fetched for ${hosts}: docker image rm ${reference}`]),
      ],
      cause,
    });
  }
}

/** The registry's or the engine's answer to a pull is none of the above. */
export class ImagePullError extends EnvironmentError {
  constructor(reference: string, answer: string, cause?: unknown) {
    super('IMAGE_PULL_FAILED', `the image ${reference} cannot be pulled`, { details: answer, cause });
  }
}

function lastLines(output: readonly string[]): string {
  return output.slice(-SHOWN_LINES).join('\n');
}
