"""A turn without an end is read in time that grows as it does: told by the ratio of two lengths, not by a clock."""

from __future__ import annotations

import gc
import time

import pytest
from tests.detect.conftest import talk

SHORT = 12_000
TIMES = 4
"""So many times as long a text may take twice as many times as long: a quadratic rule would take 16 times."""
LEAST = 0.05
"""Seconds below which a measured time says nothing."""

UNITS = [
    ". ",
    "1 ",
    "en ",
    "null ",
    "Kari ",
    "a-",
    "n' ",
    "A b ",
    "12 ",
    "til fem ",
    "gata 3 ",
    "på Ås, ",
    "@",
    "strek to ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_length(rules_alone, unit):
    def spent(length):
        transcript = talk(unit * (length // len(unit)))
        times = []
        for _ in range(2):
            gc.collect()  # or a collection falls into the measured stretch
            start = time.process_time()
            assert rules_alone.detect(transcript).complete
            times.append(time.process_time() - start)
        return min(times)

    spent(1_000)
    assert spent(SHORT * TIMES) < 2 * TIMES * max(spent(SHORT), LEAST)
