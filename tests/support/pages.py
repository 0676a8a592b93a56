"""The words of an HTML page."""

import html
import re


def words_of(page: str) -> str:
    """What a reader of the page reads: no tags, figures, styles and scripts; single spaces."""
    text = re.sub(r"<(style|script)>.*?</\1>|src='[^']*'", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))
