// Types of flowers.py, written by: dray types flowers.py

/** A model, and how often it is right about flowers that it was not trained on. */
export interface Trained {
  model: Uint8Array;
  accuracy: number;
}

/** Trains a model on the measurements of 150 flowers. */
export type train = (test_share?: number) => Trained;

/** What a flower probably is. */
export interface Guess {
  species: string;
  probability: number;
}

/** Keeps a trained model in memory, and tells species by it. */
export type Classifier = new (model: Uint8Array) => {
  /** Length and width of sepal and petal, in cm. */
  classify: (measurements: number[]) => Guess;
};
