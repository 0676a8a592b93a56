"""What computed the rows of tables: which versions, processors, GPUs and number formats, and where
they differ.

A row is of the kind that its column `COMPUTED_WITH` holds, see `dlse.workflow.tables.kind`. A kind
says nothing about the GPU and the number format of a job that had no choice of them. So a study
whose networks trained on a GPU is not mixed because its other jobs always run on the processor.
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from dlse.workflow.tables import COMPUTED_WITH, read_pieces

# The number of rows by study and kind.
Tally = Counter[tuple[str, str]]
# Set in the kind of rows that were recorded with a study instead of computed in this run.
RECORDED = "recorded"


def is_recorded(path: str | Path) -> bool:
    """Whether the table was recorded with a study, see `shown_table` in rules/common.smk."""
    return Path(path).parent.name == RECORDED


def as_recorded(table: pa.Table) -> pa.Table:
    """`table` with rows whose kinds say that they were recorded with a study."""

    def marked(labels: pa.DictionaryArray) -> pa.DictionaryArray:
        kinds = [{**json.loads(of), RECORDED: True} for of in labels.dictionary.to_pylist()]
        dictionary = pa.array(map(json.dumps, kinds), pa.string())
        return pa.DictionaryArray.from_arrays(labels.indices, dictionary)

    place = table.column_names.index(COMPUTED_WITH.name)
    labels = [marked(chunk) for chunk in table[COMPUTED_WITH.name].chunks]
    return table.set_column(place, COMPUTED_WITH, pa.chunked_array(labels, COMPUTED_WITH.type))


def tally(path: str | Path, study: str | None = None) -> Tally:
    """The kinds of the rows of a table. study: the name for rows that do not name their own."""
    counts: Tally = Counter()
    for piece in read_pieces(path, ["study", COMPUTED_WITH.name]):
        piece = as_recorded(piece) if is_recorded(path) else piece
        keys = piece.column_names
        groups = piece.unify_dictionaries().group_by(keys).aggregate([([], "count_all")])
        for row in groups.to_pylist():
            counts[row.get("study", study), row[COMPUTED_WITH.name]] += row["count_all"]
    return counts


def mixed(counts: Tally) -> dict[str, list[str]]:
    """By name, what differs between the rows that this run computed, and its values. Empty if all
    are of one kind."""
    own = [of for of in _by_kind(counts) if RECORDED not in of]
    return {name: values for name, values in _values(own).items() if len(values) > 1}


def summary(counts: Tally) -> dict:
    """For the report: the number of rows, what all of them have in common, what differs (within
    this run: `mixed`; within one study of it: `mixed_studies`), and the rows by that.

    The rows that were recorded with the studies count, too, and stand apart.
    """
    found = _by_kind(counts)
    values = _values(found)
    differing = [name for name in values if len(values[name]) > 1]
    groups: dict[tuple, Counter] = {}
    for (study, label), rows in counts.items():
        of = json.loads(label)
        key = (RECORDED in of, *(of.get(name) for name in differing))
        groups.setdefault(key, Counter())[study] += rows
    return {
        "rows": counts.total(),
        "common": {name: of[0] for name, of in values.items() if name not in differing},
        "differing": differing,
        "mixed": list(mixed(counts)),
        "mixed_studies": sorted(
            study
            for study in {study for study, _ in counts}
            if mixed(Counter({key: n for key, n in counts.items() if key[0] == study}))
        ),
        "has_gpu": any(of != "none" for of in values.get("GPU", [])),
        "kinds": [
            {
                "is_recorded": is_recorded,
                "values": of,
                "rows": studies.total(),
                "studies": studies.most_common(),
            }
            for (is_recorded, *of), studies in sorted(
                groups.items(), key=lambda group: (group[0][0], -group[1].total())
            )
        ],
    }


def _by_kind(counts: Iterable[tuple[str, str]]) -> list[dict]:
    return [json.loads(label) for label in dict.fromkeys(label for _, label in counts)]


def _values(found: list[dict]) -> dict[str, list[str]]:
    """By name, the different values in the kinds `found`, in alphabetical order."""
    names = dict.fromkeys(name for of in found for name in of if name != RECORDED)
    return {name: sorted({of[name] for of in found if name in of}) for name in names}
