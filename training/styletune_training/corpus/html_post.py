"""Where on a web page the post is, and what in it is no part of the text."""

import re

from bs4 import BeautifulSoup, Comment, Tag

from styletune_training.corpus.html_signs import Signs

_CHROME = Signs(
    names="nav footer aside form dialog menu",
    ids="comments disqus_thread toc TableOfContents table-of-contents",
    roles="navigation banner contentinfo complementary search",
    classes="comments comment-list comment-respond sharedaddy share sharing social social-share jp-relatedposts related"
    " related-posts post-meta entry-meta post-info byline breadcrumb breadcrumbs post-navigation post-nav pagination pager"
    " post-tags tag-list entry-footer post-footer author-bio author-box toc table-of-contents sidebar widget newsletter"
    " subscribe screen-reader-text sr-only visually-hidden skip-link reading-time mw-editsection noprint",
)
"""What belongs to the page around a post."""

_NO_TEXT = Signs(
    names="head title script style math noscript template iframe object embed svg canvas video audio button input select"
    " textarea link meta rp rt map",
    classes="MathJax MathJax_Display MathJax_Preview katex-html",
)
_PLACES = (
    Signs(
        itemprops="articleBody", classes="e-content entry-content post-content post-body article-content article-body"
    ),
    Signs(classes="h-entry"),
    Signs(names="article"),
    Signs(names="main", roles="main"),
    Signs(ids="content", classes="content post"),
)
"""Where themes put the text of a post, the narrower places first."""

_LEAST_SHARE = 0.3
"""Share of the page's prose that a place must hold to be the post; a teaser or an empty frame does not."""

_ANCHORS = Signs(
    roles="doc-backlink",
    classes="anchor headerlink header-anchor heading-anchor hanchor anchorjs-link heading-link footnote-backref"
    " reversefootnote footnote-back",
)
_BACK = ("#fnref", "#footnote-ref")
_CODE_TABLE = Signs(classes="lntable highlighttable rouge-table")
_NOTE = re.compile(r"#(?:fn|footnote|_ftn|note|cite_note|user-content-fn)[-:_]?\w", re.IGNORECASE)
_PERMALINK = re.compile(r"[#¶§🔗\s]*")
FORMULA = "tex-formula"
"""Name of an element that holds TeX with its signs, as it is to stand in the Markdown."""

_EMPHASIS = ("b", "strong", "i", "em", "s", "del")


def find_post(soup: BeautifulSoup) -> list[Tag]:
    """Return the elements that hold the post, without what belongs to the page around it; the page is changed."""
    for element in _NO_TEXT.find(soup):
        if not element.decomposed:
            _take_out(element)
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    page = soup.body or soup
    for element in page.find_all(_is_chrome):
        if not element.decomposed:
            element.decompose()
    for header in page.find_all("header"):
        _keep_headings(header)
    return _post(page) or [page]


def tidy(post: Tag) -> Tag:
    """Take out of a post what is no prose: permalinks, footnote numbers, line numbers; the post is changed."""
    for link in post.find_all("a"):
        if not link.decomposed:
            _tidy_link(link)
    for table in post.find_all("table"):
        code = table.find_all("pre")
        if code and not table.decomposed and (_CODE_TABLE.fit(table) or table.find_parent(class_="highlight")):
            table.replace_with(code[-1])
    for emphasis in post.find_all(_EMPHASIS):
        _join_next(emphasis)
    return post


def _is_chrome(tag: Tag) -> bool:
    hidden = tag.has_attr("hidden") or tag.get("aria-hidden") == "true"
    return (hidden or _CHROME.fit(tag)) and tag.name not in {"body", "article", "main"}


def _take_out(element: Tag) -> None:
    """Take out an element that holds no prose; a formula stays as TeX, where it is there as such."""
    tex = element.find("annotation", encoding="application/x-tex") if element.name == "math" else element
    kind = str(element.get("type") or "")
    if isinstance(tex, Tag) and (element.name == "math" or kind.startswith("math/tex")):
        sign = "$$" if "display" in kind or element.get("display") == "block" else "$"
        formula = Tag(name=FORMULA)
        formula.append(f"{sign}{''.join(tex.strings).strip()}{sign}")
        element.replace_with(formula)
    else:
        element.decompose()


def _keep_headings(header: Tag) -> None:
    """Take a header out, but for the headings in the header of a post."""
    if header.find_parent(["article", "main"]):
        for heading in header.find_all(["h1", "h2", "h3"]):
            header.insert_before(heading.extract())
    header.decompose()


def _post(page: Tag) -> list[Tag] | None:
    """Return the narrowest places that hold much of the page's prose: one post, or several on one page."""
    whole = _prose(page)
    for signs in _PLACES:
        found = _outermost(signs.find(page))
        if found and sum(map(_prose, found)) >= _LEAST_SHARE * whole:
            longest = max(found, key=_prose)
            return [longest] if 2 * _prose(longest) > sum(map(_prose, found)) else found
    return None


def _outermost(elements: list[Tag]) -> list[Tag]:
    known = {id(element) for element in elements}
    return [element for element in elements if not any(id(parent) in known for parent in element.parents)]


def _prose(element: Tag) -> int:
    """Count the characters of an element that are neither code nor links."""
    linked = sum(len(link.get_text()) for link in element.find_all(["a", "pre"]))
    return len("".join(element.get_text().split())) - linked


def _tidy_link(link: Tag) -> None:
    """Unwrap a link that leads nowhere outside of the page; take it out if it is a sign or a footnote's number."""
    href = link.get("href")
    target = href if isinstance(href, str) else ""
    text = link.get_text()
    note = link.find_parent("sup") or link
    if target.startswith(_BACK) or (_ANCHORS.fit(link) and _stands_beside_text(link)):
        link.decompose()
    elif _NOTE.match(target) and (note.name == "sup" or link.find("sup") or re.fullmatch(r"\[?\w{1,3}\]?|[*†‡]", text)):
        note.decompose()
    elif target.startswith("#") and _PERMALINK.fullmatch(text) and not link.find("img"):
        link.decompose()
    elif not target or target.startswith(("#", "javascript:", "data:", "about:")):
        link.unwrap()


def _stands_beside_text(link: Tag) -> bool:
    """Tell a permalink beside a heading from one around it, as some themes have it."""
    return link.parent is None or len(link.parent.get_text(strip=True)) > len(link.get_text(strip=True))


def _join_next(element: Tag) -> None:
    """Join emphasis that is set in pieces: ``<b>one </b><b>word</b>``."""
    following = element.next_sibling
    while not element.decomposed and isinstance(following, Tag) and following.name == element.name:
        element.extend(list(following.contents))
        following.decompose()
        following = element.next_sibling
