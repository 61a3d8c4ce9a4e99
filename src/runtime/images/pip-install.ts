/**
 * The scripts that install Python packages, with pip or with uv, into the image's own Python.
 *
 * Pure. What they download stays in a cache of the builder, never in the layer. uv itself stays there too: it is
 * fetched by pip when a builder first needs it.
 */
import type { PipOptions } from '../../sdk/recipe.ts';
import { cacheMount, contextMount, MOUNTS, type StepScript } from './step-script.ts';

const PIP_CACHE = `${MOUNTS}/pip`;
const UV = `${MOUNTS}/uv`;
const REQUIREMENTS = `${MOUNTS}/requirements`;

/** The uv that installs: pinned, so that a recipe means the same next year. */
const UV_VERSION = '0.13.9';

/** Debian's own Python refuses to be installed into unless told (PEP 668); in an image nobody else depends on it. */
const PIP_SETTINGS = `\
export PIP_CACHE_DIR=${PIP_CACHE} PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_PROGRESS_BAR=off \
PIP_ROOT_USER_ACTION=ignore PIP_BREAK_SYSTEM_PACKAGES=1
python3 -m pip --version > /dev/null || { echo 'the image has no python3 with pip: start from Image.python()'; exit 1; }`;

/** Installs these packages with pip. */
export function pipInstallScript(packages: readonly string[], options: PipOptions): StepScript {
  return {
    mounts: [cacheMount('pip', PIP_CACHE)],
    script: `${PIP_SETTINGS}\npython3 -m pip install "$@"`,
    args: [...pipArguments(options, '--pre'), ...packages],
  };
}

/** Installs what the requirements file `main` of this folder of the context lists. */
export function pipRequirementsScript(folder: string, main: string, options: PipOptions): StepScript {
  return {
    mounts: [cacheMount('pip', PIP_CACHE), contextMount(folder, REQUIREMENTS)],
    script: `${PIP_SETTINGS}\ncd ${REQUIREMENTS}\npython3 -m pip install "$@"`,
    args: [...pipArguments(options, '--pre'), '--requirement', main],
  };
}

/** Installs these packages with uv. Where two builds fetch uv at once, the first to finish is kept. */
export function uvPipInstallScript(packages: readonly string[], options: PipOptions): StepScript {
  const home = `${UV}/${UV_VERSION}-$(uname -m)`;
  const script = `\
${PIP_SETTINGS}
uv=${home}
"$uv/bin/uv" --version > /dev/null 2>&1 || {
  fetched=$(mktemp -d ${UV}/fetching-XXXXXX)
  python3 -m pip install --quiet --target "$fetched" uv==${UV_VERSION}
  "$uv/bin/uv" --version > /dev/null 2>&1 || { rm -rf "$uv"; mv "$fetched" "$uv"; }
}
export UV_CACHE_DIR=${UV}/cache UV_LINK_MODE=copy UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never
"$uv/bin/uv" pip install --system --break-system-packages --compile-bytecode "$@"`;
  return {
    mounts: [cacheMount('pip', PIP_CACHE), cacheMount('uv', UV)],
    script,
    args: [...pipArguments(options, '--prerelease=allow'), ...packages],
  };
}

/** The options as pip and uv both spell them; `pre` is spelt differently. */
function pipArguments(options: PipOptions, pre: string): string[] {
  const { indexUrl, extraIndexUrl = [], findLinks, extraOptions = [] } = options;
  return [
    ...(indexUrl === undefined ? [] : ['--index-url', indexUrl]),
    ...[extraIndexUrl].flat().flatMap((url) => ['--extra-index-url', url]),
    ...(findLinks === undefined ? [] : ['--find-links', findLinks]),
    ...(options.pre === true ? [pre] : []),
    ...extraOptions,
  ];
}
