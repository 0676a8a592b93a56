"""The studies: `dlse.studies.cnn` is the folder `scripts/cnn`.

The folder of each study lies beside the package `dlse`. It is imported under this name, so that a
study may have any name: on Python's path, a folder `statistics` or `report` would hide an
installed package, or be hidden by it.
"""

from pathlib import Path

__path__ = [str(Path(__file__).parents[2])]
