"""What the tiny config computes is what it computed before."""

from support.golden import differences, metrics_of, read_golden


def test_the_metrics_are_the_golden_ones(finished):
    """Whoever changes a number on purpose runs `make golden`."""
    assert differences(metrics_of(finished), read_golden()) == []


def test_each_kind_of_difference_is_named():
    golden = read_golden().sort_index()
    row = golden.index[golden.rtol == golden.rtol[golden.rtol > 0].min()][0]
    count = golden.index[(golden.rtol == 0) & (golden.value > 0)][0]
    now = golden.copy()
    now.loc[row, "value"] *= 1 + 2 * golden.rtol[row]
    now.loc[count, "value"] += 1
    gone = golden.index.difference([row, count])[0]
    now = now.drop(gone)
    said = sorted(differences(now, golden))
    assert said == sorted(
        [
            f"{gone[0]} {gone[1]}: 1 rows went",
            f"{row[0]} {row[1]}: 1 values changed, by at most {2 * golden.rtol[row]:.2g}",
            f"{count[0]} {count[1]}: 1 values changed, by at most "
            f"{1 / (golden.value[count] + 1):.2g}",
        ]
    )
