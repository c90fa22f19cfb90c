"""Yardsticks: Elgendi's two moving averages over a whole recording, with numpy alone and with scipy's band-pass before them.

yardstick.py RECORDING.csv COLUMN REPEATS RATE prints two lines, processor seconds and beats of the fastest of five rounds each; the second is "-" without scipy.
"""
import sys
import time

import numpy

try:
    from scipy import ndimage, signal
except ImportError:
    signal = None

path, column, repeats, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
samples = numpy.tile(numpy.loadtxt(path, delimiter=",", skiprows=1, usecols=column), repeats)
PEAK, BEAT = int(0.111 * rate), int(0.667 * rate)


def mean(values, length):
    sums = numpy.concatenate(([0.0], numpy.cumsum(values)))
    return numpy.concatenate((numpy.zeros(length - 1), (sums[length:] - sums[:-length]) / length))


def blocks(band, square, peak_mean, beat_mean):
    inside = peak_mean > beat_mean + 0.02 * square.mean()
    edges = numpy.flatnonzero(numpy.diff(inside.astype(numpy.int8)))
    rises, falls = edges[0::2], edges[1::2]
    return sum(1 for a, b in zip(rises, falls) if b - a >= PEAK and a + numpy.argmax(band[a:b]) > 0)


def with_numpy():
    band = samples - mean(samples, int(rate))
    square = numpy.square(numpy.maximum(band, 0))
    return blocks(band, square, mean(square, PEAK), mean(square, BEAT))


def with_scipy():
    band = signal.sosfiltfilt(signal.butter(2, [0.5, 8], "bandpass", fs=rate, output="sos"), samples)
    square = numpy.square(numpy.maximum(band, 0))
    return blocks(band, square, ndimage.uniform_filter1d(square, PEAK), ndimage.uniform_filter1d(square, BEAT))


def fastest(program):
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        beats = program()
        best = min(best, time.process_time() - began)
    return f"{best} {beats}"


print(fastest(with_numpy))
print(fastest(with_scipy) if signal else "-")
