"""A classifier of iris flowers: trained by a function, served by a class. Runs in the containers of app.ts."""
import pickle
from dataclasses import dataclass

import dray
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split


@dataclass
class Trained:
    """A model, and how often it is right about flowers that it was not trained on."""

    model: bytes
    accuracy: float


@dataclass
class Guess:
    """What a flower probably is."""

    species: str
    probability: float


def train(test_share: float = 0.25) -> Trained:
    """Trains a model on the measurements of 150 flowers."""
    flowers = load_iris()
    train_x, test_x, train_y, test_y = train_test_split(
        flowers.data, flowers.target, test_size=test_share, random_state=7
    )
    model = LogisticRegression(max_iter=1000).fit(train_x, train_y)
    return Trained(pickle.dumps(model), model.score(test_x, test_y))


class Classifier:
    """Keeps a trained model in memory, and tells species by it."""

    def __init__(self, model: bytes):
        self.pickled = model

    @dray.enter()
    def load(self):
        self.model = pickle.loads(self.pickled)
        self.species = [str(name) for name in load_iris().target_names]

    def classify(self, measurements: list[float]) -> Guess:
        """Length and width of sepal and petal, in cm."""
        chances = self.model.predict_proba([measurements])[0]
        best = int(chances.argmax())
        return Guess(self.species[best], float(chances[best]))
