"""Fits a mixture of Gaussians by EM in scikit-learn, at the request of bench/gmm.ts.

    gmm.py IMAGES COMPONENTS COVARIANCE REG FILE

FILE holds IMAGES rows of float32; the first COMPONENTS rows are the initial means. Prints a line about
itself, then takes a pass for each line that it reads and answers with the time and the loss before it.
"""
import json
import sys
import time


def main():
    count, components = int(sys.argv[1]), int(sys.argv[2])
    covariance, reg, path = sys.argv[3], float(sys.argv[4]), sys.argv[5]
    try:
        import numpy as np
        import sklearn
        from sklearn.mixture import GaussianMixture
    except ImportError as error:
        say({"cannot": f"scikit-learn is not installed (apt-get install python3-sklearn): {error}"})
        return
    images = np.fromfile(path, np.float32).reshape(count, -1).astype(np.float64)
    with open("/proc/self/maps", encoding="utf8") as maps:
        loaded = maps.read()
    if not any(name in loaded for name in ("openblas", "mkl", "blis")):
        say({"cannot": "NumPy multiplies matrices with the reference BLAS, tens of times slower than it "
                       "can; apt-get install libopenblas0-pthread"})
        return
    means = images[:components]
    distances = (means**2).sum(1)[None] - 2 * images @ means.T
    kind = {"diagonal": "diag"}.get(covariance, covariance)
    model = GaussianMixture(components, covariance_type=kind, reg_covar=reg)
    model._initialize(images, np.eye(components)[distances.argmin(1)])
    say({"name": f"scikit-learn {sklearn.__version__}"})
    for _ in sys.stdin:
        begin, used = time.perf_counter(), time.process_time()
        log_prob, log_resp = model._e_step(images)
        model._m_step(images, log_resp)
        ms, cpu_ms = (1000 * (now - then) for now, then in (
            (time.perf_counter(), begin), (time.process_time(), used)))
        say({"loss": -log_prob, "ms": ms, "cpuMs": cpu_ms})


def say(answer):
    print(json.dumps(answer), flush=True)


main()
