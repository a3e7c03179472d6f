"""What a project remembers about one file, within its budget; nothing is read that is not needed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from styletune.config.schema import FileSettings
from styletune.errors import SettingsError
from styletune.files.records import Record, Records
from styletune.memory.budget import estimate_tokens
from styletune.memory.project_memory import open_memory
from styletune.memory.recall import Memory, Recall, Term
from styletune.prompts import build_prefix, build_user

RULES = "## Voice\nDry.\n\n## Rules\n- Say “we”.\n- No puns.\n\n## Plan and progress\n- A secret plan.\n"
GLOSSARY = 'keep = ["GGUF"]\nnever_say = ["delve"]\n[terms.zh]\n"pull request" = "拉取请求"\n'
POST = (
    "I have kept a notebook of every cup of coffee since August, because a number in a notebook flatters nobody at all."
)
OTHER = "The coffee that I make on a Sunday is no better than the rest, and my notebook has the numbers that prove it."


@pytest.fixture
def project(tmp_path) -> Path:
    write(tmp_path, {
        ".stylerules": RULES,
        ".styletune/glossary.toml": GLOSSARY,
        ".styletune/rules/posts.md": "---\nglobs: 'posts/**'\n---\n- Metric units.\n",
        ".styletune/rules/zh.md": "---\nlang: zh\n---\n- Use full-width signs.\n",
        "posts/a.md": POST + "\n",
        "posts/b.md": OTHER + "\n",
    })  # fmt: skip
    return tmp_path


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def remember(root, *, path="draft.md", examples=0, written=None, languages=("en", None), **settings) -> Memory:
    """Open the memory of a draft: a rewrite, or with a second language a translation."""
    source, target = languages
    return open_memory(
        root,
        FileSettings(**settings),
        task="translate" if target else "rewrite",
        source_lang=source,
        target_lang=target,
        path=path and root / path,
        examples=examples,
        written=written,
    )


def test_an_empty_project_remembers_nothing(tmp_path):
    memory = remember(tmp_path)
    assert (memory.rules, memory.never_say, memory.notices) == ("", (), [])
    assert memory.recall("Any text.") == Recall()
    assert memory.terms("Any text.") == ()


def test_only_voice_and_rules_enter_and_what_is_never_said_ends_them(project):
    assert remember(project).rules == "- Dry.\n- Say “we”.\n- No puns.\n- Never write “delve”."


def test_rules_for_a_language_stand_in_the_shared_part_for_that_language(project):
    assert "- Use full-width signs." in remember(project, languages=("en", "zh")).rules
    assert "- Use full-width signs." not in remember(project, languages=("en", "de")).rules


def test_rules_for_some_files_come_with_their_segments(project):
    assert remember(project, path="posts/x.md").recall("x").rules == "- Metric units."
    assert remember(project, path="drafts/x.md").recall("x").rules == ""


def test_terms_that_stand_in_the_segment_are_recalled(project):
    memory = remember(project, languages=("en", "zh-hans"))
    recalled = memory.recall("A pull request with a GGUF file")
    assert recalled.glossary == (Term("pull request", "拉取请求", "zh"), Term("GGUF"))
    assert memory.terms("A pull request with a GGUF file") == recalled.glossary
    assert memory.recall("Nothing of the kind").glossary == ()


def test_a_rewrite_takes_the_terms_for_every_language_only(project):
    assert remember(project).recall("A pull request with a GGUF file").glossary == (Term("GGUF"),)


def test_a_rewrite_recalls_the_nearest_paragraphs_of_the_author(project):
    recalled = remember(project, examples=2, posts=("posts",)).recall("Numbers in a notebook and coffee in a cup.")
    assert set(recalled.voice) == {POST, OTHER}


def test_the_first_reading_of_posts_is_announced(project):
    memory = remember(project, examples=1, posts=("posts",))
    assert memory.notices == ["Your posts are read for the first time, which may take a minute."]
    memory.recall("Coffee.")
    assert remember(project, examples=1, posts=("posts",)).notices == []


def test_paragraphs_of_the_draft_itself_are_never_recalled(project):
    recalled = remember(project, examples=2, posts=("posts",), path="posts/a.md").recall("Numbers and coffee.")
    assert recalled.voice == (OTHER,)


def test_what_the_records_say_styletune_wrote_is_never_recalled(project):
    Records(project).add(
        Record("posts/b.md", "posts/b.md", "0", "0", "rewrite", None, "m", "2026-01-01T00:00:00+00:00", ())
    )
    assert remember(project, examples=2, posts=("posts",)).recall("Coffee.").voice == (POST,)


def test_the_caller_may_say_what_styletune_wrote(project):
    memory = remember(project, examples=2, posts=("posts",), written=lambda path: path.name == "a.md")
    assert memory.recall("Coffee.").voice == (OTHER,)


def test_without_examples_no_post_is_read(project, monkeypatch):
    monkeypatch.setattr("styletune.memory.posts.Posts.read", lambda _: pytest.fail("posts were read"))
    remember(project, posts=("posts",)).recall("Coffee.")


def test_examples_without_posts_name_the_key(project):
    with pytest.raises(SettingsError, match=r'posts = \["posts/\*\*/\*\.md"\]'):
        remember(project, examples=1)


def test_the_prompt_never_takes_more_than_the_budget(project):
    write(project, {
        ".stylerules": "## Rules\n" + "".join(f"- Rule {n} asks for words of moderate length.\n" for n in range(12)),
        ".styletune/glossary.toml": f'never_say = {[f"phrase {n}" for n in range(60)]}\nkeep = {[f"term{n}" for n in range(60)]}',
    })  # fmt: skip
    text = " ".join(f"term{n}" for n in range(60))
    for budget in (0, 10, 60, 150, 300, 600):
        memory = remember(project, path="posts/x.md", examples=2, posts=("posts",), prompt_budget=budget)
        recalled = memory.recall(text)
        taken = prompt_tokens(memory, recalled) - prompt_tokens(remember(project.parent), Recall())
        assert taken <= budget
        everything = len(recalled.glossary) + len(recalled.voice) + bool(recalled.rules) + len(recalled.left_out)
        assert everything == 60 + 2 + 1


def prompt_tokens(memory, recalled):
    prefix = build_prefix("rewrite", source_lang="en", target_lang=None, rules=memory.rules)
    terms = [(term.source, term.target) for term in recalled.glossary]
    user = build_user("rewrite", source="", glossary=terms, rules=recalled.rules, voice=recalled.voice)
    return estimate_tokens(prefix.system) + estimate_tokens(user)


def test_rules_without_room_are_cut_as_a_whole_and_named(project):
    memory = remember(project, prompt_budget=23)
    assert memory.rules == "- Dry.\n- Say “we”."
    (notice,) = memory.notices
    assert notice.startswith("1 of 3 rules have no room in the prompt, from this one on: “No puns.”.")
    assert notice.endswith("raise prompt_budget in styletune.toml (now 23 tokens).")
    assert memory.never_say == ("delve",)


def test_what_is_left_out_is_named(project):
    left_out = (
        remember(project, path="posts/x.md", examples=1, posts=("posts",), prompt_budget=60).recall("GGUF").left_out
    )
    assert any(name.startswith("a paragraph of posts/") for name in left_out)


def test_rules_for_a_language_are_left_out_with_a_notice_where_it_is_unknown(project):
    assert 'Set it in styletune.toml, for example: from = "zh"' in remember(project, languages=(None, None)).notices[0]
    assert remember(project).notices == []


@pytest.mark.parametrize(
    "changed",
    [
        {".stylerules": RULES.replace("puns", "jokes")},
        {".styletune/glossary.toml": GLOSSARY.replace("delve", "utilize")},
        {".styletune/rules/posts.md": "---\nglobs: 'posts/**'\n---\n- Imperial units.\n"},
    ],
)
def test_the_fingerprint_changes_with_every_rule(project, changed):
    before = remember(project, path="posts/x.md").fingerprint
    assert remember(project, path="posts/x.md").fingerprint == before
    write(project, changed)
    assert remember(project, path="posts/x.md").fingerprint != before


@pytest.mark.parametrize(
    "changed",
    [
        {".stylerules": RULES.replace("secret", "public")},
        {".styletune/glossary.toml": GLOSSARY.replace("拉取请求", "合并请求")},
        {".styletune/rules/zh.md": "---\nlang: zh\n---\n- Something else.\n"},
    ],
)
def test_the_fingerprint_stays_where_no_rule_of_the_file_changes(project, changed):
    before = remember(project).fingerprint
    write(project, changed)
    assert remember(project).fingerprint == before


def test_the_settings_may_name_another_rule_file(project):
    write(project, {"team/house.md": "## Rules\n- House rule.\n"})
    assert remember(project, rules=Path("team/house.md")).rules.startswith("- House rule.")
    assert remember(project, rules=project / "team" / "house.md").rules.startswith("- House rule.")


def test_a_rule_file_that_is_named_must_exist(project):
    with pytest.raises(SettingsError, match=r"team/none\.md cannot be read: there is no such file"):
        remember(project, rules=Path("team/none.md"))


def test_the_problems_of_all_files_are_named_at_once(project):
    write(project, {".stylerules": "## Rule\n", ".styletune/rules/a.md": "<!--", ".styletune/glossary.toml": "x = 1\n"})
    with pytest.raises(SettingsError) as error:
        remember(project)
    assert [line.split()[0] for line in str(error.value).splitlines()] == [
        ".stylerules:1:1", ".styletune/rules/a.md:1:1", ".styletune/glossary.toml:1",
    ]  # fmt: skip


def test_a_link_that_leads_nowhere_is_no_missing_file(tmp_path):
    (tmp_path / ".stylerules").symlink_to(tmp_path / "gone")
    with pytest.raises(SettingsError, match=r"\.stylerules cannot be read"):
        remember(tmp_path)


def test_files_are_read_once_for_all_drafts_and_again_when_they_change(project, monkeypatch):
    first = remember(project).rules
    monkeypatch.setattr("styletune.memory.rule_file.read_rule_file", lambda *_: pytest.fail("read again"))
    assert remember(project, path="other.md").rules == first
    write(project, {".stylerules": RULES + "\n"})
    with pytest.raises(pytest.fail.Exception):
        remember(project)


def test_an_empty_memory_opens_at_once_and_loads_nothing(tmp_path):
    code = (
        "import sys; from pathlib import Path; from styletune.config.schema import FileSettings;"
        "before = set(sys.modules); from styletune.memory.project_memory import open_memory;"
        "m = open_memory(Path('.'), FileSettings(), task='rewrite', source_lang='en', target_lang=None,"
        " path=Path('x.md'), examples=0); m.recall('x'); m.fingerprint;"
        "print(*sorted({'yaml', 'numpy', 'rapidfuzz', 'sqlite3', 'platformdirs', 'pyromark', 'py3langid'}"
        " & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    start = time.perf_counter()
    for _ in range(100):
        remember(tmp_path).recall("x")
    assert time.perf_counter() - start < 100 * 0.01
