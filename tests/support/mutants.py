"""Configs with mistakes in them, drawn by hypothesis."""

import copy

from hypothesis import strategies as st


def places(value, path=()):
    """The paths of everything in a config, including sections and lists."""
    yield path
    if isinstance(value, dict):
        for key, of in value.items():
            yield from places(of, (*path, key))
    if isinstance(value, list):
        for index, of in enumerate(value):
            yield from places(of, (*path, index))


ODD = (
    None, True, "", "x", "1", "../up", "ü", -1, 0, 1, 2, 0.5, -0.0, 1e-300, 1e308, 10**30,
    float("nan"), float("inf"), [], {}, [[]], [None], [1, 1], ["x", "x"], [0] * 500, {"x": 1},
    {1: 2}, [{"name": "x"}], b"bytes",
)  # fmt: skip


@st.composite
def mutants(draw, config: dict, most: int = 3) -> dict:
    """`config` with one to `most` changes: a value replaced by something odd, or an odd key added.

    No object is in it twice, or inside itself. YAML would write it as an alias, and Snakemake's own
    reader ends in a RecursionError if an alias contains itself.
    """
    change = st.tuples(
        st.sampled_from(list(places(config))[1:]), st.sampled_from(ODD), st.booleans()
    )
    mutant = copy.deepcopy(config)
    for (*sections, last), value, is_added in draw(st.lists(change, min_size=1, max_size=most)):
        section = mutant
        try:
            for name in sections:
                section = section[name]
            if is_added and isinstance(section, dict):
                section[f"{last}_"] = copy.deepcopy(value)
            else:
                section[last] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has replaced its section
    return mutant
