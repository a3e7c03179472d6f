"""The post of a web page as Markdown."""

import re
import warnings

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

from styletune.errors import FileError
from styletune_training.corpus.converted import Converted
from styletune_training.corpus.encodings import decode
from styletune_training.corpus.html_markdown import markdown
from styletune_training.corpus.html_metadata import metadata
from styletune_training.corpus.html_post import find_post, tidy

_DEEPEST = 200
"""Elements inside each other; beyond, searching takes long, and recursion soon ends."""

_PROLOGUE = re.compile(r"\s*<\?xml[^>]*\?>")


def from_html(_path_name: str, data: bytes) -> Converted:
    """Return the post that a page holds, without the page around it.

    The post is what is marked as such (``article``, ``main``, the classes of themes and of microformats2), else the
    body without navigation and the like. Pictures become their descriptions. Raises ``FileError``.
    """
    text = _PROLOGUE.sub("", decode(data, declares=True), count=1)
    try:
        soup = parsed(text)
        _check_depth(soup)
        said = metadata(soup)
        post = markdown(tidy(place) for place in find_post(soup))
    except RecursionError as error:
        raise FileError("its elements are nested too deeply. Save its text as .md or .txt, and add that.") from error
    return Converted(body(post), ".md", "html", *said)


def parsed(text: str) -> BeautifulSoup:
    """Parse HTML; a text that looks like a file's name or like XML is HTML, too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(f"<!-- -->{text}", "html.parser")  # the comment keeps it from looking like a name


def _check_depth(soup: BeautifulSoup) -> None:
    """Raise ``RecursionError`` before recursion would come to an end by itself."""
    open_tags: list[tuple[Tag, int]] = [(soup, 0)]
    while open_tags:
        tag, depth = open_tags.pop()
        if depth > _DEEPEST:
            raise RecursionError
        open_tags += [(child, depth + 1) for child in tag.children if isinstance(child, Tag)]


def body(markdown_text: str) -> bytes:
    """Return Markdown that holds no front matter: a line break in front keeps what looks like it from being one."""
    return b"\n" + markdown_text.encode("utf-8", "replace") if markdown_text.strip() else b""
