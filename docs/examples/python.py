"""The Python half of python.ts."""
from dataclasses import dataclass
from typing import Iterator

import dray


@dataclass
class Label:
    name: str
    score: float


def predict(text: str, top: int = 1) -> list[Label]:
    """Names what a text is about."""
    words = sorted(set(text.lower().split()), key=len, reverse=True)
    return [Label(word, len(word) / len(text)) for word in words[:top]]


def tokens(text: str) -> Iterator[str]:
    for word in text.split():
        yield word


class Model:
    def __init__(self, size: str = "small"):
        self.size = size

    @dray.enter()
    def load(self):
        print(f"loading the {self.size} model")  # once in a container, before its first call

    def embed(self, text: str) -> list[float]:
        return [float(len(text)), float(len(self.size))]

    @dray.exit()
    def close(self):
        print("closing")  # once, before the container stops


def scale(values: list[float]) -> list[float]:
    """One run for many calls: a list of arguments in, a list of results out."""
    largest = max(values)
    return [value / largest for value in values]
