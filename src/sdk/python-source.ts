/**
 * Where a declared Python function or class is, and what its source says of it.
 *
 * The SDK reads no files: the loader fills `outline` in, from the source. Inside containers it stays empty.
 */
import type { ClassMethod } from './class-methods.ts';
import type { FunctionOptions } from './function-options.ts';

/** What `app.python` and `app.pythonCls` note. */
export interface PythonSource {
  /** As the user wrote it: relative to the file of the declaration. */
  readonly file: string;
  /** Of the function or class in that file. */
  readonly name: string;
  /** Filled in by the loader. */
  outline?: PythonSourceOutline;
}

export interface PythonSourceOutline {
  /** Absolute path. */
  readonly file: string;
  /** The function yields values. */
  readonly generator: boolean;
  /** Public methods of the class. */
  readonly methods: readonly ClassMethod[];
  /** The class has a method marked `@dray.exit()`. */
  readonly hasExit: boolean;
}

/** Options of a Python function: those of any function, and where it is. */
export interface PythonFunctionOptions extends FunctionOptions {
  /** Its module, relative to this file: `"model.py"`. */
  file: string;
  /** Its name in the module. */
  function: string;
}

/** Options of a Python class. */
export interface PythonClassOptions extends Omit<FunctionOptions, 'input' | 'schedule'> {
  /** Its module, relative to this file: `"model.py"`. */
  file: string;
  /** Its name in the module. */
  class: string;
}
