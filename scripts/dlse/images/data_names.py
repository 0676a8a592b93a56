"""The names of data sets in tables."""

import re

STAND_IN = " (stand-in for mnist)"
BLOCK_IMAGES = " (images of the blocks)"
PUBLISHED_FIELDS = "mechanical mnist, published"
# The names that the workflow itself gives.
_TAKEN = re.compile(
    r"mnist|digits|none|all|uniform\d*|(?:runge|absolute|oscillatory) function|mechanical .*"
    rf"|.*(?:{re.escape(STAND_IN)}|{re.escape(BLOCK_IMAGES)})",
    re.DOTALL,
)


def own_name(folder_name: str) -> str:
    """The name of a user's data set: the name of its folder, in quotation marks if the workflow
    itself gives that name. Only verified content may have a name that claims speak of."""
    return f'"{folder_name}"' if _TAKEN.fullmatch(folder_name) else folder_name


def simulated_name(images: str) -> str:
    """The name of the fields that are simulated from the data set `images`."""
    return f"mechanical {images}, simulated"


def label_of(name: str, is_stand_in: bool) -> str:
    """The name of a data set, marked if it is a stand-in."""
    return f"{name}{STAND_IN}" if is_stand_in else name
