import { App, Image } from 'dray';
import type { Classifier, train } from './flowers.types.ts';

const app = new App('python');
const image = Image.python('3.11').pipInstall('scikit-learn==1.7.2');

/** Python functions and classes, with types that `dray types flowers.py` wrote from their annotations. */
export const trainModel = app.python<train>({ file: 'flowers.py', function: 'train', image });
export const FlowerClassifier = app.pythonCls<Classifier>({ file: 'flowers.py', class: 'Classifier', image });

/**
 * Trains a model in one container and asks it in another.
 *
 * @param options.measurements length and width of sepal and petal, in cm
 */
export const main = app.localEntrypoint(
  async ({ measurements = [6.3, 2.5, 5, 1.9] }: { measurements?: number[] }) => {
    const { model, accuracy } = await trainModel.remote();
    console.log(`trained: right about ${Math.round(accuracy * 100)} % of flowers that it had not seen`);

    const classifier = new FlowerClassifier(model);
    const { species, probability } = await classifier.classify.remote(measurements);
    console.log(`${measurements.join(' ')} is ${species}, with a probability of ${probability.toFixed(2)}`);
    return species;
  },
);
