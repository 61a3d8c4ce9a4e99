/**
 * Refuses Python packages and options of installers that can never be right, or that would leak.
 *
 * Pure. It knows the form of a requirement (https://peps.python.org/pep-0508/), not whether a package exists.
 */
import type { ImageStep, PipOptions } from '../../sdk/recipe.ts';
import { invalidStep } from './recipe-errors.ts';

const NAME = String.raw`[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9._, -]*\])?`;
const CLAUSE = String.raw`\s*(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+\s*`;
const URL = String.raw`[a-z][a-z0-9+]*:\/\/\S+`;

/** A name with extras, versions and a marker; a name at an address; an address. No path, for the build has no such file. */
export const PIP_PACKAGE = new RegExp(
  `^(?:${NAME}(?:${CLAUSE}(?:,${CLAUSE})*)?|${NAME}\\s*@\\s*${URL}|${URL})(?:\\s*;[^\\0\\r\\n]+)?$`,
);

/** Throws a UserError for an option that cannot be right. */
export function checkPipOptions(step: ImageStep, options: PipOptions): void {
  const { indexUrl, extraIndexUrl = [], findLinks, extraOptions = [], pre, ...unknown } = options;
  const [name] = Object.keys(unknown);
  if (name !== undefined) {
    throw invalidStep(step, `there is no option ${name}`, [
      'the options are indexUrl, extraIndexUrl, findLinks, pre and extraOptions',
    ]);
  }
  if (pre !== undefined && typeof pre !== 'boolean') throw invalidStep(step, 'pre is neither true nor false');
  for (const url of [indexUrl ?? [], extraIndexUrl].flat()) checkUrl(step, url);
  if (findLinks !== undefined && (typeof findLinks !== 'string' || /^-|^$/.test(findLinks)))
    throw invalidStep(step, 'findLinks is neither an address nor a folder');
  if (!Array.isArray(extraOptions) || extraOptions.some((word) => typeof word !== 'string'))
    throw invalidStep(step, 'extraOptions is not a list of words');
}

function checkUrl(step: ImageStep, url: unknown): void {
  const parsed = typeof url === 'string' ? globalThis.URL.parse(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw invalidStep(step, `${JSON.stringify(url)} is not the address of an index`);
  // What a step's command holds stays readable in the image's history.
  if (parsed.username !== '' || parsed.password !== '')
    throw invalidStep(step, `the address of ${parsed.host} holds a login, which would stay in the image`, [
      'keep the login out of the recipe, for instance in an index of your own network that needs none',
    ]);
}
