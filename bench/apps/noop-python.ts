import { App, Image } from 'dray';

export const app = new App('bench-noop-python', { image: Image.python('3.11') });

/** As little as a function in Python can do. */
export const noop = app.python<(item?: number) => null>({
  file: 'noop.py',
  function: 'noop',
  maxContainers: 2,
});
