"""The studies: `dlse.studies.cnn` is the folder `scripts/cnn`.

Each study is a folder beside this package. It is imported under this name, so that a study may be
called as it likes: on Python's path, a folder `statistics` or `ensemble` would hide an installed
package, or be hidden by it.
"""

from pathlib import Path

__path__ = [str(Path(__file__).parents[2])]
