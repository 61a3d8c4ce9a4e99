"""A no-op mapped over a pool of two processes, as a program that serves rounds: Python's own way to spread work."""
import sys
from concurrent.futures import ProcessPoolExecutor


def noop(item):
    pass


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(noop, range(100)))
        print("ready", flush=True)
        for line in sys.stdin:
            for _ in pool.map(noop, range(int(line))):
                pass
            print("done", flush=True)
