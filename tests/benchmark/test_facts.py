"""The report compares what was reached, and says what was not."""

import math

from dlse.studies.benchmark.facts import unreached
from dlse.workflow.tables import Metrics, metrics_table


def test_a_peer_that_missed_the_goal_is_named_with_its_training_time():
    cnn = Metrics("benchmark", "mnist", variant="cnn")
    cnn.add("cpu_seconds", 2, "CPU s", peer="ours", accuracy=0.98)
    cnn.add("ratio", 5, peer="plain", accuracy=0.98)
    cnn.add("cpu_seconds", 4, "CPU s", peer="ours", accuracy=0.99)
    for accuracy, seconds in ((0.981, 10), (0.985, 70)):
        cnn.add("cpu_seconds_along", seconds, "CPU s", peer="plain", accuracy=accuracy)
    wgan = Metrics("benchmark", "uniform", variant="wgan")
    for dim, our_seconds in ((5, 3.0), (20, math.inf)):  # in 20 dimensions ours missed it, too
        wgan.add("cpu_seconds", our_seconds, "CPU s", peer="ours", dim=dim)
        wgan.add("cpu_seconds_at_least", 90, "CPU s", peer="usual", dim=dim)
    found = unreached(metrics_table(cnn.rows + wgan.rows).to_pandas())
    assert found[["peer", "accuracy", "dim", "value", "our_value"]].fillna(0).values.tolist() == [
        ["plain", 0.99, 0, 70, 4],
        ["usual", 0, 5, 90, 3],
    ]
