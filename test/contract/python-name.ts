/** The name of a function's Python twin in the fixture of runners. */
export function pythonName(name: string): string {
  return `python${name[0]?.toUpperCase()}${name.slice(1)}`;
}
