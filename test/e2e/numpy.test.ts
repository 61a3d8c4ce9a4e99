/**
 * Arrays between TypeScript and the numpy of an image.
 */
import { expect, it } from 'vitest';
import { dockerApp } from './docker-app.ts';

const MODEL = `
import numpy as np

def scaled(array, by):
    assert isinstance(array, np.ndarray) and array.flags.writeable, type(array)
    array *= by
    return array

def kinds():
    return {
        "f8": np.array([1.5, 2.5]), "f4": np.array([1, 2], dtype=np.float32), "i8": np.array([1, 2], dtype=np.int64),
        "u1": np.array([1, 255], dtype=np.uint8), "big": np.array([1, 2], dtype=">i4"),
        "matrix": np.arange(4, dtype=np.float64).reshape(2, 2), "every_second": np.arange(6, dtype=np.int32)[::2],
        "truth": np.array([True, False]), "names": np.array(["a", "b"]), "scalar": np.float32(0.5), "count": np.int64(7),
        "empty": np.array([], dtype=np.float64), "nothing": np.float64("nan"),
    }

def tensor():
    return {"deep": [np.array([1 + 2j])]}
`;

it('are typed arrays on one side and numpy arrays on the other', async () => {
  await using app = await dockerApp(
    `const image = Image.python('3.11').pipInstall('numpy==2.2.1');
     const file = 'model.py';
     const scaled = app.python({ file, function: 'scaled', image });
     const kinds = app.python({ file, function: 'kinds', image });
     const tensor = app.python({ file, function: 'tensor', image });
     const told = (value) => ArrayBuffer.isView(value)
       ? value.constructor.name + ' ' + [...value].join(' ')
       : Array.isArray(value) ? value.map(told) : value;
     export const main = app.localEntrypoint(async () => {
       const all = await kinds.remote();
       return {
         scaled: told(await scaled.remote(new Float64Array([1, 2, 3]), 2)),
         short: told(await scaled.remote(new Int16Array([1, -2]), 3)),
         kinds: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, told(value)])),
         nothing: Number.isNaN(all.nothing),
         error: await tensor.remote().catch((error) => error.message),
       };
     });`,
    { 'model.py': MODEL },
  );
  const { document, stderr } = await app.json('-q', 'app.ts');
  expect({ result: document.result, stderr }).toMatchObject({
    stderr: '',
    result: {
      scaled: 'Float64Array 2 4 6',
      short: 'Int16Array 3 -6',
      kinds: {
        f8: 'Float64Array 1.5 2.5',
        f4: 'Float32Array 1 2',
        i8: 'BigInt64Array 1 2',
        u1: expect.stringMatching(/^(?:Buffer|Uint8Array) 1 255$/),
        big: 'Int32Array 1 2',
        matrix: ['Float64Array 0 1', 'Float64Array 2 3'],
        every_second: 'Int32Array 0 2 4',
        truth: [true, false],
        names: ['a', 'b'],
        scalar: 0.5,
        count: 7,
        empty: 'Float64Array ',
      },
      nothing: true,
      error: 'the result.deep[0] is a numpy array of complex128, which cannot cross from a container',
    },
  });
});
