"""Trains a restricted Boltzmann machine by persistent contrastive divergence in scikit-learn, at the
request of bench/rbm.ts.

    rbm.py IMAGES HIDDEN BATCH RATE FILE

FILE holds float32: IMAGES rows of pixels, the initial weights [pixels, HIDDEN] and visible biases. Prints
a line about itself, then takes an epoch for each line "epoch" and answers with the time. "weights"
overwrites FILE with the weights and both biases.
"""
import json
import sys
import time


def main():
    count, hidden, batch = (int(argument) for argument in sys.argv[1:4])
    rate, path = float(sys.argv[4]), sys.argv[5]
    try:
        import numpy as np
        import sklearn
        from sklearn.neural_network import BernoulliRBM
    except ImportError as error:
        say({"cannot": f"scikit-learn is not installed (apt-get install python3-sklearn): {error}"})
        return
    numbers = np.fromfile(path, np.float32)
    pixels = numbers.size // (count + hidden + 1)
    images, weights, biases = np.split(numbers, [count * pixels, (count + hidden) * pixels])
    images = images.reshape(count, pixels)
    with open("/proc/self/maps", encoding="utf8") as maps:
        loaded = maps.read()
    if not any(name in loaded for name in ("openblas", "mkl", "blis")):
        say({"cannot": "NumPy multiplies matrices with the reference BLAS, tens of times slower than it "
                       "can; apt-get install libopenblas0-pthread"})
        return
    model = BernoulliRBM(hidden, learning_rate=rate, batch_size=batch)
    model.components_ = np.asarray(weights.reshape(pixels, hidden).T, order="F").copy(order="F")
    model.intercept_visible_ = biases.copy()
    model.intercept_hidden_ = np.zeros(hidden, np.float32)
    model.h_samples_ = np.zeros((batch, hidden), np.float32)
    rng = np.random.RandomState(0)
    say({"name": f"scikit-learn {sklearn.__version__}"})
    for line in sys.stdin:
        if line.strip() == "weights":
            parts = (model.components_.T, model.intercept_visible_, model.intercept_hidden_)
            np.concatenate([part.astype(np.float32).ravel() for part in parts]).tofile(path)
            say({})
            continue
        begin, used = time.perf_counter(), time.process_time()
        for first in range(0, count - batch + 1, batch):
            model._fit(images[first:first + batch], rng)
        ms, cpu_ms = (1000 * (now - then) for now, then in (
            (time.perf_counter(), begin), (time.process_time(), used)))
        say({"ms": ms, "cpuMs": cpu_ms})


def say(answer):
    print(json.dumps(answer), flush=True)


main()
