import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pythonTypes } from '../../../../src/runtime/python/python-types.ts';
import { typeText } from '../../../../src/runtime/python/type-text.ts';
import { checkTypes } from '../../../../src/runtime/python/types-file.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function files(sources: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'python-types-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, name), text);
  return folder;
}

async function typesOf(source: string, others: Record<string, string> = {}): Promise<string> {
  const folder = await files({ 'model.py': source, ...others });
  return pythonTypes(join(folder, 'model.py')).text.split('\n').slice(2).join('\n').trim();
}

describe('typeText', () => {
  it.each([
    ['str', 'string'],
    ['int | None', 'number | null'],
    ['Optional[float]', 'number | null'],
    ['typing.Union[str, int, str]', 'string | number'],
    ['list[int]', 'number[]'],
    ['List[str | None]', '(string | null)[]'],
    ['dict[str, list[bool]]', 'Record<string, boolean[]>'],
    ['Dict[int, str]', 'Map<number, string>'],
    ['tuple[int, str]', '[number, string]'],
    ['tuple[int, ...]', 'number[]'],
    ['set[str]', 'Set<string>'],
    ['Literal["a", 2, True]', "'a' | 2 | true"],
    ['bytes', 'Uint8Array'],
    ['datetime.datetime', 'Date'],
    ['npt.NDArray[np.float32]', 'Float32Array'],
    ['np.ndarray', 'unknown'],
    ['"list[str]"', 'string[]'],
    ['Annotated[int, "meters"]', 'number'],
    ['Any', 'unknown'],
    ['str | Any', 'unknown'],
    ['Callable[[int], str]', 'unknown'],
  ])('%s is %s', (annotation, expected) => {
    expect(typeText(annotation, () => undefined)).toBe(expected);
  });
});

describe('pythonTypes', () => {
  it('writes a function with its comment, defaults as optional parameters, and *args as rest', async () => {
    const source = `
def predict(text: str, top: int = 3, *rest: float, debug: bool = False) -> list[str]:
    """Predicts."""
def _private(): ...
`;
    expect(await typesOf(source)).toBe(
      '/** Predicts. */\nexport type predict = (text: string, top?: number, ...rest: number[]) => string[];',
    );
  });

  it('writes generators by what they yield', async () => {
    const source = `
async def stream(n: int) -> AsyncIterator[str]:
    yield "a"
def both() -> Generator[int, None, str]:
    return (yield 1)
def outer():
    def inner():
        yield 1
    return inner
`;
    expect(await typesOf(source)).toContain(
      'export type stream = (n: number) => AsyncGenerator<string, null, undefined>;',
    );
    expect(await typesOf(source)).toContain(
      'export type both = () => AsyncGenerator<number, string, undefined>;',
    );
    expect(await typesOf(source)).toContain('export type outer = () => unknown;');
  });

  it('writes classes of data once, before what speaks of them, from other files of the author too', async () => {
    const source = `
from shapes import Box as B, Sizes
@dataclass
class Label:
    name: str
    box: B
def find(labels: list[Label], sizes: Sizes) -> Label: ...
`;
    const shapes = 'class Box(TypedDict):\n    x: int\n    y: int\nSizes = dict[str, int]\n';
    expect(await typesOf(source, { 'shapes.py': shapes })).toBe(
      [
        'export interface Box {\n  x: number;\n  y: number;\n}\n',
        'export interface Label {\n  name: string;\n  box: Box;\n}\n',
        'export type find = (labels: Label[], sizes: Record<string, number>) => Label;',
      ].join('\n'),
    );
  });

  it('writes a class with its constructor and public methods, inherited ones included, hooks left out', async () => {
    const source = `
class Base:
    def __init__(self, size: str = "s"): ...
    def shared(self) -> int: ...
class Model(Base):
    @dray.enter()
    def load(self): ...
    @dray.exit
    async def close(self): ...
    @property
    def name(self) -> str: ...
    async def predict(self, text: str) -> float: ...
    @staticmethod
    def version(major: int) -> str: ...
    def _hidden(self): ...
`;
    expect(await typesOf(source)).toContain(
      [
        'export type Model = new (size?: string) => {',
        '  predict: (text: string) => number;',
        '  version: (major: number) => string;',
        '  shared: () => number;',
        '};',
      ].join('\n'),
    );
  });

  it('reads what it can of a source with errors', async () => {
    expect(await typesOf('def broken(:\n\ndef fine(x: int) -> int:\n    return x\n')).toContain(
      'fine = (x: number) => number',
    );
  });
});

describe('checkTypes', () => {
  it('accepts what would be written now, and names the command where it differs', async () => {
    const folder = await files({ 'model.py': 'def f(x: int) -> int: ...\n' });
    const { text } = pythonTypes(join(folder, 'model.py'));
    const path = join(folder, 'model.types.ts');
    await writeFile(path, text.replaceAll('\n', '\r\n'));
    await checkTypes('model.py', path, text);
    await writeFile(path, text.replace('number', 'string'));
    await expect(checkTypes('model.py', path, text)).rejects.toMatchObject({ code: 'PYTHON_TYPES_STALE' });
    await expect(checkTypes('model.py', join(folder, 'none.ts'), text)).rejects.toThrow('there is no');
  });
});
