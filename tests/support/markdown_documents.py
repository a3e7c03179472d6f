"""Generated Markdown documents: every construct that the engine promises to keep, nested in each other."""

from hypothesis import strategies as st

WORDS = (
    "plain",
    "Word",
    "naïve",
    "中文",
    "日本語",
    "don't",
    "(paren)",
    "x-y",
    "3.5",
    "42",
    "a_b",
    "R&D",
    "emoji😀",
    "end.",
)
text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
plain = st.lists(st.sampled_from(WORDS[:5]), min_size=1, max_size=3).map(" ".join)

atoms = st.one_of(
    text,
    plain.map(lambda t: f"**{t}**"),
    plain.map(lambda t: f"*{t}*"),
    plain.map(lambda t: f"~~{t}~~"),
    plain.map(lambda t: f"`{t}`"),
    plain.map(lambda t: f"[{t}](https://example.org/a_b?c=1)"),
    plain.map(lambda t: f'[{t}](<dir/my file.md> "A {t}")'),
    plain.map(lambda t: f"![{t}](pic.png)"),
    plain.map(lambda t: f"![{t}\n{t}](pic.png)"),
    plain.map(lambda t: f"[{t}][ref]"),
    plain.map(lambda t: f"<b>{t}</b>"),
    plain.map(lambda t: f'<span\n  class="x">{t}</span>'),
    plain.map(lambda t: f"[{t}\n{t}](a.md\n'{t}')"),
    plain.map(lambda t: f"**{t} `code` [{t}](x)**"),
    st.sampled_from(
        [
            "[ref]", "[ref][]", "$x^2$", "[^1]", '{{< fig src="a.png" >}}', "{% include x.html %}", "{{ site.title }}",
            "https://example.org/wiki/中文", "<https://auto.link>", "&amp;", "\\*", "[[Wiki page]]", ":smile:",
            "{# note #}", "www.example.org/a_b", "[^1]{.cls}", "\\\\(a_b\\\\)", "{{< fig cap=`a b` >}}", "$5", "US$7",
            "<br/>", "me@example.org", "`` a`b ``", "[![badge](b.svg)](https://ci)", "<!-- note -->",
        ]
    ),
)  # fmt: skip
inline = st.lists(atoms, min_size=1, max_size=5).map(" ".join)
breaks = st.sampled_from(["\n", "\n", "  \n", "\\\n"])
paragraph = st.tuples(text, st.lists(st.tuples(breaks, inline), max_size=2)).map(
    lambda parts: parts[0] + "".join(sep + line for sep, line in parts[1])
)
heading = st.tuples(st.integers(1, 4), inline, st.sampled_from(["", " {#own-id}", " ##"])).map(
    lambda parts: f"{'#' * parts[0]} {parts[1]}{parts[2]}"
)
table = st.lists(plain, min_size=4, max_size=4).map(
    lambda c: f"| {c[0]} | `x` {c[1]} |\n|---|:-:|\n| {c[2]} \\| b | **{c[3]}** |"
)
verbatim = st.sampled_from(
    [
        "```py\nx = [1]  # comment\n```", "~~~~\nfenced ``` inside\n~~~~", "    indented = code", "<div>\nraw html\n</div>",
        "***", "{{< highlight go >}}\nfunc main() {}\n\n{{< /highlight >}}", "{% raw %}\n{{ nope }}\n{% endraw %}",
        "$$\na + b\n$$", "<!-- styletune:off -->\n\nleave me\n\n<!-- styletune:on -->", "[TOC]", "{{< toc >}}",
        "<!-- a\n\ncomment -->", "$$\na\n\nb\n$$", "{::comment}\nhidden\n{:/comment}", "*[HTML]: Hyper Text", "{# a\nb #}",
        "<script>\nlet a\n\nlet b\n</script>", "<pre>\na\n\nb\n</pre>", "/// note\n\n///", "\\[ a_b \\]",
    ]
)  # fmt: skip


def _indented(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *(rest + line if line else line for line in lines[1:])])


leaf = st.one_of(paragraph, heading, table, verbatim, inline.map(lambda t: "Setext " + t + "\n---"))
nested = st.recursive(
    leaf,
    lambda inner: st.one_of(
        inner.map(lambda t: _indented(t, "> ", "> ")),
        inner.map(lambda t: _indented(t, "> [!NOTE]\n> ", "> ")),
        st.lists(inner, min_size=1, max_size=3).map(lambda ts: "\n".join(_indented(t, "- ", "  ") for t in ts)),
        st.lists(inner, min_size=1, max_size=3).map(lambda ts: "\n\n".join(_indented(t, "1. ", "   ") for t in ts)),
        paragraph.map(lambda t: _indented("note", "!!! ", "") + "\n" + _indented(t, "    ", "    ")),
        inner.map(lambda t: '=== "Tab"\n\n' + _indented(t, "    ", "    ")),
        inner.map(lambda t: f"<details>\n<summary>Sum</summary>\n\n{t}\n\n</details>"),
        st.tuples(plain, paragraph).map(lambda p: f"{p[0]}\n" + _indented(p[1], ":   ", "    ")),
        st.lists(inner, min_size=2, max_size=2).map("\n\n".join),
    ),
    max_leaves=4,
)
front = st.sampled_from(
    [
        "",
        "---\ntitle: A title, with comma\ntags: [a, b]\n---\n\n",
        "---\ntitle: 'It''s'\ndescription: >\n  Folded\n  text\nslug: keep-me\n---\n\n",
        '+++\ntitle = "Toml title"\ndate = 2020-01-01\n+++\n\n',
        '{\n  "title": "Json title",\n  "slug": "x"\n}\n\n',
        "Title: Pelican title: yes\nDate: 2020-01-01\nSlug: keep\n\n",
        "Title: Over\n    two lines\nSlug: keep\n\n",
        "---\ntitle: Dots end it\nslug: keep\n...\n\n",
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    blocks = draw(st.lists(nested, min_size=1, max_size=5))
    note = _indented(draw(nested), "[^1]: ", "    ")
    source = draw(front) + "\n\n".join(
        [*blocks, *([note] if "[^1]" in "".join(blocks) else []), '[ref]: https://example.org/ref "Ref title"']
    )
    source += draw(st.sampled_from(["", "\n", "\n\n"]))
    encoded = source.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()
    return draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"])) + encoded
