"""Pages of several themes: the post comes out, the page around it stays away."""

import pytest
from styletune_training.corpus.formats import Converted, as_markdown

from styletune.markdown.document import Document

PROSE = "This is a paragraph of the post, with a few sentences in it. It is long enough to count as prose."
CHINESE = "这是文章的一段，里面有好几句话。它足够长，可以算作正文，而不是导航。"


def read(page: str) -> Converted:
    return as_markdown("page.html", page.encode())


def markdown(fragment: str) -> str:
    return read(f"<html><body><article>{fragment}</article></body></html>").data.decode().strip()


HUGO = f"""<!doctype html><html lang="en-gb"><head><meta charset="utf-8"><title>Writing | My Blog</title>
<meta property="og:title" content="Writing"><meta property="article:published_time" content="2021-03-04T10:00:00Z">
<meta property="article:tag" content="go"><meta property="article:tag" content="life"></head>
<body><header><nav><a href="/">Home</a></nav></header><main><article><header><h1>Writing</h1>
<span class="post-meta">4 March</span></header><nav id="TableOfContents"><ul><li><a href="#a">A</a></li></ul></nav>
<div class="post-content"><p>{PROSE}</p><h2 id="a">A<a class="anchor" href="#a">#</a></h2><p>More.</p></div>
<footer>Posted in x</footer></article></main><footer>© me</footer></body></html>"""

WORDPRESS = f"""<html lang="zh-CN"><head><title>写作 – 我的博客</title>
<script type="application/ld+json">{{"@context":"https://schema.org","@graph":[{{"@type":"WebSite","name":"x"}},
{{"@type":["Article","BlogPosting"],"headline":"写作","datePublished":"2020-05-06T08:00:00+08:00","keywords":["生活","写作"]}}]}}
</script></head><body class="single"><div id="page"><aside class="sidebar widget">{CHINESE}</aside>
<article class="post"><h1 class="entry-title">写作</h1><div class="entry-meta">2020</div><div class="entry-content"><p>{CHINESE}</p>
<p>第二段。</p><div class="sharedaddy">分享</div></div></article>
<div id="comments"><article class="comment"><p>{CHINESE * 5}</p></article></div></div></body></html>"""

JEKYLL = f"""<html><head><title>Writing - Blog</title><meta http-equiv="Content-Language" content="en"></head><body>
<article class="post h-entry" itemscope><header class="post-header"><h1 class="post-title p-name">Writing</h1>
<p class="post-meta"><time class="dt-published" datetime="2019-01-02T00:00:00+00:00">Jan 2</time></p></header>
<div class="post-content e-content" itemprop="articleBody"><p>{PROSE}</p><p>More.<sup id="fnref:1"><a href="#fn:1" class="footnote">1</a></sup></p>
<div class="footnotes"><ol><li id="fn:1"><p>A note. <a href="#fnref:1" class="reversefootnote">↩</a></p></li></ol></div></div>
</article></body></html>"""

MEDIUM = f"""<html lang="en"><head><title>Writing. A subtitle | by Me | Medium</title>
<meta name="author" content="Me"><meta property="article:published_time" content="2022-07-08T00:00:00.000Z"></head><body><div><div><div>
<button>Open in app</button><article><div><section><h1>Writing</h1><figure><img src="https://cdn.example/x.png"></figure><p>{PROSE}</p>
<p>More.</p></section></div></article></div></div></div><div>Recommended: <a href="/x">{PROSE}</a></div></body></html>"""

BARE = f"<title>Writing</title><nav>Menu</nav><p>{PROSE}<p>More.<script>x()</script><!-- no -->"


@pytest.mark.parametrize(
    ("page", "text", "said"),
    [
        (HUGO, f"{PROSE}\n\n## A\n\nMore.", ("Writing", "2021-03-04", "en", ("go", "life"))),
        (WORDPRESS, f"{CHINESE}\n\n第二段。", ("写作", "2020-05-06", "zh", ("生活", "写作"))),
        (JEKYLL, f"{PROSE}\n\nMore.\n\n1. A note.", ("Writing", "2019-01-02", "en", ())),
        (MEDIUM, f"# Writing\n\n{PROSE}\n\nMore.", ("Writing", "2022-07-08", "en", ())),
        (BARE, f"{PROSE}\n\nMore.", ("Writing", None, None, ())),
    ],
    ids=["hugo", "wordpress", "jekyll", "medium", "bare"],
)
def test_the_post_of_a_theme_comes_out_alone(
    page: str, text: str, said: tuple[str | None, str | None, str | None, tuple[str, ...]]
) -> None:
    found = read(page)
    assert found.data.decode().strip() == text
    assert (found.title, found.date, found.lang, found.tags) == said
    assert (found.format, found.suffix, found.has_lines) == ("html", ".md", False)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one\n  two</p>", "one two"),
        ("<p>a<br>b<br><br>c<br></p>", "a\\\nb\n\nc"),
        ("<p>- a</p><p>1. b</p><p># c</p>", "\\- a\n\n1\\. b\n\n\\# c"),
        ("<p>*a* &amp;amp; &lt;b&gt; snake_case</p>", "\\*a\\* \\&amp; \\<b> snake_case"),
        ("<p><b>one </b><b>word</b></p>", "**one word**"),
        ("<p><strong>注意：</strong>这是“<em>强调。</em>”的</p>", "**注意**：这是“*强调。*”的"),
        ("<p>a<b>(b)</b>c</p>", "a(b)c"),
        ("<p><b><strong>x</strong></b></p>", "**x**"),
        ("<p><a href='#x'>in</a> <a href='javascript:y'>js</a> <a href='u v(w)'>t</a></p>", "in js [t](u%20v%28w%29)"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol start='3'><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<blockquote><p>q</p><p>r</p></blockquote>", "> q\n>\n> r"),
        ("<pre><code class='language-go'>a\n``` b</code></pre>", "````go\na\n``` b\n````"),
        (
            "<table><tr><th>A</th><th>B|C</th></tr><tr><td>1</td><td>2<br>3</td></tr></table>",
            "| A | B\\|C |\n| --- | --- |\n| 1 | 2 3 |",
        ),
        (
            "<p><img src='a b.png' alt='A *cat*'> <img src='x.png'><img src='data:x' alt='dot'></p>",
            "![A \\*cat\\*](a%20b.png) dot",
        ),
        ("<p>Hi <img class='wp-smiley' src='s.png' alt='🙂'></p>", "Hi 🙂"),
        ("<p>漢<ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby></p>", "漢字"),
        ("<h2>A <a class='headerlink' href='#a'>Permalink</a></h2>", "## A"),
        ("<h2><a class='header-anchor' href='#a'><span>A</span></a></h2>", "## A"),
        ("<dl><dt>T</dt><dd>D</dd></dl>", "T\n\nD"),
        ("<div>a</div>b<p>c</p>", "a\n\nb\n\nc"),
        ("<p>x<sup>2</sup></p>", "x<sup>2</sup>"),
        ("<p>a <script type='math/tex'>x_1 *y*</script> b</p>", "a $x_1 *y*$ b"),
        (
            "<span class='katex'><math display='block'><mi>x</mi><annotation encoding='application/x-tex'>x</annotation></math></span>",
            "$$x$$",
        ),
        ("<p>a<math><mi>x</mi></math></p>", "a"),
        ("<table class='lntable'><tr><td><pre>1\n2</pre></td><td><pre>a\nb</pre></td></tr></table>", "```\na\nb\n```"),
        ("<p hidden>no</p><p>yes<span class='sr-only'>no</span></p>", "yes"),
    ],
)
def test_an_element_is_the_markdown_of_what_it_shows(html: str, text: str) -> None:
    assert markdown(html) == text


def test_several_posts_on_one_page_come_one_after_the_other() -> None:
    posts = "".join(f"<article><p>{number}. {PROSE}</p></article>" for number in range(3))
    found = read(f"<body><main>{posts}</main></body>").data.decode()
    assert [line[:3] for line in found.split("\n\n")] == ["\n0\\", "1\\.", "2\\."]


def test_a_teaser_is_not_taken_for_the_post() -> None:
    page = f"<body><div class='content'>Teaser</div><div><p>{PROSE}</p><p>{PROSE}</p></div></body>"
    assert PROSE in read(page).data.decode()


def test_text_at_the_top_is_no_front_matter() -> None:
    document = Document.parse(read("<p>Title: a story</p><p>More.</p>").data)
    assert document.matter is None
    assert [segment.source for segment in document.segments] == ["Title: a story", "More."]


@pytest.mark.parametrize(
    "page",
    [
        "a.html",
        "<p>unclosed <b>bold <i>both</p>",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><p>x</p></html>",
        "<<<>>>",
        "<p>&#0;&#xD800;</p>x",
    ],
)
def test_odd_pages_are_read_all_the_same(page: str) -> None:
    assert read(page).data.decode().strip() or page == "<<<>>>"
