"""What kind of blog a folder holds."""

from pathlib import Path

import pytest

from styletune.config.site import HUGO, JEKYLL, PELICAN, PLAIN_FILES, PRESETS, Site, find_site
from styletune.files.naming import output_path
from styletune.markdown.header_set import set_values


def make(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "preset", "because"),
    [
        ({}, "plain", ""),
        ({"hugo.toml": ""}, "hugo", "hugo.toml"),
        ({"hugo.yaml": ""}, "hugo", "hugo.yaml"),
        ({"config/_default/hugo.toml": ""}, "hugo", "config/_default"),
        ({"config.toml": "title = 'x'\nbaseURL = 'x'\n"}, "hugo", "config.toml"),
        ({"config.json": '{\n  "theme": "x"\n}'}, "hugo", "config.json"),
        ({"config.toml": "[server]\nport = 1\n"}, "plain", ""),  # some other program's
        ({"content/a.md": "", "archetypes/default.md": ""}, "hugo", "content and archetypes"),
        ({"content/a.md": ""}, "plain", ""),
        ({"_config.yml": ""}, "jekyll", "_config.yml"),
        ({"_posts/2026-01-01-a.md": ""}, "jekyll", "_posts"),
        ({"pelicanconf.py": ""}, "pelican", "pelicanconf.py"),
        ({"publishconf.py": "", "_posts/x.md": ""}, "pelican", "publishconf.py"),
    ],
)
def test_a_generator_is_known_by_its_files(tmp_path: Path, files: dict[str, str], preset: str, because: str):
    make(tmp_path, files)
    site = find_site(tmp_path)
    assert (site.preset, site.because) == (preset, because)


def test_a_preset_that_is_named_goes_before_what_is_found(tmp_path: Path):
    make(tmp_path, {"hugo.toml": ""})
    assert [find_site(tmp_path, name).preset for name in PRESETS] == list(PRESETS)
    assert find_site(tmp_path, "jekyll").because == ""


@pytest.mark.parametrize(
    ("files", "posts"),
    [
        ({"hugo.toml": "contentDir = 'texts'\n"}, "texts"),
        ({"hugo.yaml": "contentDir: texts/blog\n"}, "texts/blog"),
        ({"hugo.toml": "contentDir = '../elsewhere'\n"}, "content"),
        ({"hugo.toml": ""}, "content"),
        ({"pelicanconf.py": "SITE = 1\nPATH = 'src'  # here\n"}, "src"),
        ({"pelicanconf.py": "PATH = '/abs'\n"}, "content"),
        ({"_config.yml": ""}, "_posts"),
        ({"blog/a.md": ""}, "blog"),
        ({"a.md": ""}, "**/*.md"),
    ],
)
def test_the_folder_of_the_posts_is_found(tmp_path: Path, files: dict[str, str], posts: str):
    make(tmp_path, files)
    assert find_site(tmp_path).posts == (posts,)


def test_a_hugo_blog_with_a_folder_for_each_language_gets_translations_into_these(tmp_path: Path):
    make(tmp_path, {"hugo.toml": "", "content/en/a.md": "", "content/zh-hans/a.md": ""})
    assert find_site(tmp_path).output == "content/{lang}/{path}"
    make(tmp_path, {"content/posts/a.md": ""})
    assert find_site(tmp_path).output == "{stem}.{lang}.md"


def test_polyglot_keeps_permalinks(tmp_path: Path):
    make(tmp_path, {"_config.yml": "plugins:\n  - jekyll-polyglot\n"})
    assert find_site(tmp_path).header == {"lang": "{lang}"}


@pytest.mark.parametrize(
    ("site", "source", "header", "output", "translated"),
    [
        (HUGO, "content/a.md", "---\nurl: /a/\n---\n", "content/a.zh.md", "---\nurl: /zh/a/\n---\n"),
        (HUGO, "content/a.md", "---\nslug: a\n---\n", "content/a.zh.md", "---\nslug: a\n---\n"),
        (
            JEKYLL, "_posts/2026-01-01-a.md", "---\npermalink: /a/\n---\n",
            "_posts/2026-01-01-a-zh.md", "---\npermalink: /zh/a/\nlang: zh\n---\n",
        ),
        (JEKYLL, "about.md", "---\nlang: en\n---\n", "about-zh.md", "---\nlang: zh\n---\n"),
        (PELICAN, "content/a.md", "Title: A\nSlug: a\n\n", "content/a.zh.md", "Title: A\nSlug: a\nLang: zh\n\n"),
        (PLAIN_FILES, "a.md", "---\nslug: a\n---\n", "a.zh.md", "---\nslug: a\n---\n"),
    ],
)  # fmt: skip
def test_a_preset_keeps_a_translation_from_colliding_with_its_original(
    site: Site, source: str, header: str, output: str, translated: str
):
    root = Path("/blog")
    assert output_path(root / source, pattern=site.output, lang="zh", root=root) == root / output
    assert set_values(header.encode(), site.header, lang="zh", stem="a").data.decode() == translated
