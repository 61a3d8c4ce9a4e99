/**
 * Handles of functions and classes that another program deployed, made from what the server says of them.
 *
 * They are the handles of the SDK; only what runs in this process is not there.
 */

import { UserError } from '../shared/errors.ts';
import { CallRoute } from './call-route.ts';
import type { AnyClass, AnyFunction, ServedDeclaration } from './declaration.ts';
import type { CallTarget, FunctionDescription, Invoker } from './invoker.ts';
import { remoteClass } from './remote-class.ts';
import { RemoteFunction } from './remote-function.ts';
import { RemoteGenerator } from './remote-generator.ts';

/** The handle of a function. Rejects with FUNCTION_NOT_FOUND, also where it is a class. */
export async function functionHandle(invoker: Invoker, target: CallTarget): Promise<unknown> {
  const described = await invoker.describe(target);
  if (described.kind !== 'function') throw otherKind(target, 'a class: look it up with client.cls.fromName');
  const declaration = declared('function', target, described, notHere(target));
  const route = new CallRoute({ name: target.app }, declaration, { invoker });
  return described.generator
    ? new RemoteGenerator(route, notHere(target))
    : new RemoteFunction(route, notHere(target));
}

/** The handle of a class. Rejects with FUNCTION_NOT_FOUND, also where it is a function. */
export async function classHandle(invoker: Invoker, target: CallTarget): Promise<unknown> {
  const described = await invoker.describe(target);
  if (described.kind !== 'class') {
    throw otherKind(target, 'a function: look it up with client.functions.fromName');
  }
  const cls = standIn(target, described);
  const declaration = declared('class', target, described, cls);
  return remoteClass(new CallRoute({ name: target.app }, declaration, { invoker }), cls);
}

function declared(
  kind: 'function' | 'class',
  { function: name }: CallTarget,
  { batched }: FunctionDescription,
  fn: AnyFunction | AnyClass,
): ServedDeclaration {
  // Of how calls are joined a handle only has to know that they are.
  const options = batched ? { batched: { maxBatchSize: 1, waitMs: 0 } } : {};
  return { kind, fn, options, handle: undefined, declaredAt: '', name } as ServedDeclaration;
}

/** A class with the methods of the one that runs elsewhere. */
function standIn(target: CallTarget, { methods }: FunctionDescription): AnyClass {
  class StandIn {
    constructor() {
      notHere(target)();
    }
  }
  for (const { name, generator } of methods) {
    const value = generator ? async function* () {} : async () => {};
    Object.defineProperty(StandIn.prototype, name, { value });
  }
  Object.defineProperty(StandIn, 'name', { value: target.function });
  return StandIn;
}

function notHere({ app, function: name }: CallTarget): () => never {
  return () => {
    throw new UserError(
      'FUNCTION_NOT_HERE',
      `${name} was looked up by its name, so its code is not in this program`,
      {
        suggestions: [
          `run it where it is deployed: .remote(…)`,
          `or import it from the file of the app ${app}`,
        ],
      },
    );
  };
}

function otherKind({ app, function: name }: CallTarget, what: string): UserError {
  return new UserError('FUNCTION_NOT_FOUND', `${name} of the app ${app} is ${what}`);
}
