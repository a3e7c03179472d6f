"""What a web page says of itself: title, date, language, tags."""

import json
from collections.abc import Iterator
from typing import NamedTuple, cast

from bs4 import BeautifulSoup, Tag

from styletune_training.corpus.converted import as_date, as_lang, as_tags
from styletune_training.corpus.html_signs import Signs

_TITLE_PARTS = (" | ", " — ", " – ", " · ", " « ", " » ", " - ")
_POSTS = frozenset(
    {
        "Article",
        "BlogPosting",
        "NewsArticle",
        "TechArticle",
        "Report",
        "SocialMediaPosting",
        "WebPage",
        "ScholarlyArticle",
    }
)


_KEYWORDS = frozenset({"article:tag", "keywords", "news_keywords"})
_TITLE = Signs(classes="p-name entry-title post-title", itemprops="headline")
_PUBLISHED = Signs(classes="dt-published published entry-date", itemprops="datePublished")
_NO_ARTICLE: dict[str, object] = {}


class Metadata(NamedTuple):
    """What a page says of itself."""

    title: str | None
    date: str | None
    lang: str | None
    tags: tuple[str, ...]


def metadata(soup: BeautifulSoup) -> Metadata:
    """Read what a page says of itself, the more exact places first (https://ogp.me, https://schema.org/Article)."""
    said = _Said(soup)
    return Metadata(said.title(), said.date(), said.lang(), said.tags())


class _Said:
    def __init__(self, soup: BeautifulSoup) -> None:
        self.soup = soup
        self.metas = soup.find_all("meta")
        self.linked: dict[str, object] = next(_articles(soup), _NO_ARTICLE)

    def title(self) -> str | None:
        headings = sorted(self.soup.find_all("h1"), key=lambda tag: (not _TITLE.fit(tag), not _is_of_post(tag)))
        found = self._linked("headline") or self._meta("og:title", "twitter:title", "dc.title")
        found = found or next((_text(heading) for heading in headings if _text(heading)), None)
        return " ".join(found.split()) if found else self._page_title()

    def date(self) -> str | None:
        times = sorted(self.soup.find_all("time"), key=lambda tag: (not _PUBLISHED.fit(tag), not _is_of_post(tag)))
        marked = self.soup.find_all(itemprop="datePublished") + self.soup.find_all(class_="dt-published")
        named = (
            self._linked("datePublished"),
            self._meta(
                "article:published_time", "datepublished", "date", "dc.date", "dcterms.created", "dc.date.issued"
            ),
            *(_value(tag, "content", "datetime", "title") for tag in marked),
            *(_value(tag, "datetime") for tag in times),
        )
        return next((day for day in map(as_date, named) if day), None)

    def lang(self) -> str | None:
        places = [*self.soup.find_all(["article", "main"], lang=True), *self.soup.find_all("html")]
        found = (
            *(_value(tag, "lang", "xml:lang") for tag in places),
            self._linked("inLanguage"),
            self._meta("content-language", "og:locale"),
        )
        return next((code for code in map(as_lang, found) if code), None)

    def tags(self) -> tuple[str, ...]:
        linked = self.linked.get("keywords")
        words = cast("list[object]", linked) if isinstance(linked, list) else [linked]
        links = [_text(tag) for tag in self.soup.find_all("a", rel="tag") + self.soup.find_all(class_="p-category")]
        return as_tags(*(_value(tag, "content") for tag in self.metas if _name(tag) in _KEYWORDS), *words, *links)

    def _page_title(self) -> str | None:
        """Return the title of the page without the name of the site, which stands behind a dash or a bar."""
        text = " ".join(_text(self.soup.title).split()) if self.soup.title else ""
        for sign in _TITLE_PARTS:
            text = text.split(sign)[0]
        return text or None

    def _linked(self, key: str) -> str | None:
        value = self.linked.get(key)
        return value if isinstance(value, str) and value.strip() else None

    def _meta(self, *names: str) -> str | None:
        contents = {_name(tag): _value(tag, "content") for tag in reversed(self.metas)}
        return next((contents[name] for name in names if contents.get(name)), None)


def _articles(soup: BeautifulSoup) -> Iterator[dict[str, object]]:
    """Yield the articles that a page describes in JSON-LD."""
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            value: object = json.loads(script.get_text())
        except (ValueError, RecursionError):
            continue
        yield from (one for one in _objects(value) if _POSTS & _types(one))


def _objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        for one in cast("list[object]", value):
            yield from _objects(one)
    elif isinstance(value, dict):
        mapping = cast("dict[str, object]", value)
        yield mapping
        yield from _objects(mapping.get("@graph"))


def _types(one: dict[str, object]) -> set[str]:
    kind = one.get("@type")
    return {str(name) for name in (cast("list[object]", kind) if isinstance(kind, list) else [kind])}


def _name(tag: Tag) -> str:
    return (_value(tag, "property", "name", "itemprop", "http-equiv") or "").lower()


def _value(tag: Tag, *names: str) -> str | None:
    for name in names:
        value = tag.get(name)
        if value:
            return value if isinstance(value, str) else " ".join(value)
    return None


def _is_of_post(tag: Tag) -> bool:
    return tag.find_parent(["article", "main"]) is not None


def _text(tag: Tag) -> str:
    return tag.get_text(" ", strip=True)
