"""``styletune memory explain``: the prompt that is shown is the prompt that is sent."""

import json
from pathlib import Path

import pytest

from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections

DRAFT = """\
---
title: A title
---

# A heading

Due to the fact that the server was down on Monday,
we were not able to deploy `api` until the evening.

```sh
make
```

- An item about a [pull request](https://example.org).

> A quote.
"""
POST = "In March, the server of the office was down for an evening, and we deployed on the next Monday."
SOURCE = "Due to the fact that the server was down on Sunday, we were not able to deploy `web` at all."
EDITED = "The server was down on Sunday, so there was no deploying `web`."


@pytest.fixture
def project(own_home) -> Path:
    files = {
        "styletune.toml": 'from = "en"\nposts = ["posts/*.md"]\nexamples = 1\n',
        ".stylerules": "## Voice\nI write short.\n\n## Rules\n- Say we.\n",
        ".styletune/glossary.toml": 'never_say = ["delve"]\nkeep = ["server"]\n[terms.zh]\n"pull request" = "拉取请求"\n',
        ".styletune/rules/drafts.md": "---\nglobs: '*.md'\n---\n\n- Be exact.\n",
        "posts/old.md": POST + "\n",
        "post.md": DRAFT,
    }
    root = Path.cwd()
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    correct(root)
    return root


def correct(root, source=SOURCE, edited=EDITED, *, languages=("en", None)):
    source_lang, target_lang = languages
    task = "translate" if target_lang else "rewrite"
    correction = Correction(
        "", "2026-11-20T10:00:00+00:00", task, source_lang, target_lang, "old.md", "paragraph", source, "written", edited, "learn",
    )  # fmt: skip
    return Corrections(root).add([correction])[0].id


def explained(cli, *arguments):
    done = cli("memory", "explain", *arguments, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


@pytest.mark.parametrize(
    ("run", "lines"),
    [
        (("rewrite",), [7, 14]),
        (("rewrite", "--examples", "0"), [7]),
        (("translate", "--to", "zh", "--from", "en"), [2, 5, 7, 14, 16]),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_is_shown_is_what_a_run_sends(cli, use, run, lines):
    engine = use(lambda source: source)
    verb, *options = run
    for line in lines:
        engine.jobs.clear()
        engine.prefixes.clear()
        assert cli(verb, "post.md", *options, "--lines", line, "--output", "-", "--no-cache").code in (0, 1)
        (prefix,), first = engine.prefixes, engine.jobs[0]
        examples = [turn for asked, answer in prefix.examples for turn in (("user", asked), ("assistant", answer))]
        wanted = [("system", prefix.system), *examples, ("user", first.user)]
        (found,) = explained(cli, f"post.md:{line}", *options)
        assert [(message["role"], message["content"]) for message in found["messages"]] == wanted


def test_all_that_the_memory_gives_is_named_with_its_place(project, cli, use):
    use(lambda source: source)
    (found,) = explained(cli, "post.md:8")
    places = [(one["what"], one["text"], one["place"].split(" (")[0]) for one in found["ingredients"]]
    made = Corrections(project).live()[0].id
    assert places == [
        ("rule", "I write short.", ".stylerules:2"),
        ("rule", "Say we.", ".stylerules:5"),
        ("rule", "Never write “delve”.", ".styletune/glossary.toml"),
        ("rule", "Be exact.", ".styletune/rules/drafts.md:5"),
        ("term", "server = server", ".styletune/glossary.toml:2"),
        ("example", "Due to the fact that the server was down on Sunda…", f"{made}, old.md, 2026-11-20"),
        ("paragraph", "In March, the server of the office was down for a…", "posts/old.md"),
    ]
    user = found["messages"][-1]["content"]
    assert all(text in user for text in ("server", "Be exact.", "Before: ", "⟦1⟧", POST))


def test_the_place_of_a_term_is_its_line(project, cli, use):
    use(lambda source: source)
    (found,) = explained(cli, "post.md:14", "--to", "zh")
    assert {"what": "term", "text": "pull request = 拉取请求", "place": ".styletune/glossary.toml:4"} in found[
        "ingredients"
    ]


def test_what_was_left_out_is_said_with_the_reason(project, cli, use):
    use(lambda source: source)
    with (project / "styletune.toml").open("a") as file:
        file.write("prompt_budget = 40\n")
    made = correct(project, "The server was `a`, `b` and `c` down on Monday.", "Down on Monday: `a`, `b`, `c`.")
    (found,) = explained(cli, "post.md:7")
    assert f"the correction {made}: it holds code or links, and this paragraph has fewer" in found["left_out"]
    assert any(what.startswith("a paragraph of posts/old.md: ") and "(no room: " in what for what in found["left_out"])
    assert b"Left out\n  " in cli("memory", "explain", "post.md:7").out


def test_the_tokens_of_the_parts_make_up_the_total(project, cli, use):
    use(lambda source: source)
    (found,) = explained(cli, "post.md:7")
    tokens = found["tokens"]
    assert list(tokens) == [
        "system message", "rules for every paragraph", "fixed example", "terms", "rules for this file",
        "your own paragraphs", "corrections and fuzzy matches", "instruction and paragraph", "total",
    ]  # fmt: skip
    assert tokens.pop("total") == sum(tokens.values())
    assert "estimated: " in cli("memory", "explain", "post.md:7").out.decode()


def test_a_model_on_this_machine_counts_and_renders(project, cli, embedded_model):
    (found,) = explained(cli, "post.md:7", "--model", embedded_model)
    assert found["why_estimated"] is None
    assert found["rendered"].startswith("<|im_start|>system\n")
    assert all(message["content"] in found["rendered"] for message in found["messages"])
    assert found["tokens"]["chat template"] > 0
    text = cli("memory", "explain", "post.md:7", "--model", embedded_model).out.decode()
    assert found["rendered"] in text
    assert "counted with the model's own vocabulary" in text


def test_a_long_paragraph_has_a_prompt_for_each_part(project, cli, use):
    engine = use(lambda source: source)
    (project / "long.md").write_text(" ".join(f"Sentence number {n} is here for its length." for n in range(80)))
    found = explained(cli, "long.md:1")
    assert [one["part"] for one in found] == ["part 1 of 2", "part 2 of 2"]
    cli("rewrite", "long.md", "--output", "-")
    assert [one["messages"][-1]["content"] for one in found] == [job.user for job in engine.jobs[:2]]


class TestState:
    def state(self, cli, line=7, *more):
        (found,) = explained(cli, f"post.md:{line}", *more)
        return found["state"]

    def test_an_unknown_paragraph_is_sent(self, project, cli, use):
        use(lambda source: source)
        assert self.state(cli) == "The next run sends it to the model."

    def test_a_known_answer_is_shown_with_the_key_it_has(self, project, cli, use):
        use(lambda source: source.replace("Due to the fact that", "Because"))
        assert cli("rewrite", "post.md").code == 0
        assert self.state(cli).startswith("The translation memory has the answer: “Because the server was down on ")
        assert self.state(cli, 7, "--examples", "0") == "The next run sends it to the model."
        (project / ".stylerules").write_text("## Rules\n- Another rule.\n")
        assert self.state(cli) == "The next run sends it to the model."

    def test_a_failure_is_shown_with_its_reasons(self, project, cli, use):
        use(lambda source: "")
        assert cli("rewrite", "post.md").code == 1
        assert self.state(cli).startswith("An earlier answer failed (the answer is empty")

    def test_a_text_that_was_settled_elsewhere_is_shown(self, project, cli, use):
        use(lambda source: source)
        source = (
            "Due to the fact that the server was down on Monday, we were not able to deploy `api` until the evening."
        )
        correct(project, source, "The server was down; `api` had to wait.")
        assert self.state(cli).startswith(
            "You settled the same text elsewhere, so it becomes: “The server was down; `api`"
        )

    def test_a_text_that_a_person_edited_is_shown(self, project, cli, use):
        use(lambda source: source.replace("Due to the fact that", "Because"))
        assert cli("rewrite", "post.md").code == 0
        output = project / "post.rewritten.md"
        edited = output.read_text().replace("Because the server was down", "The server died")
        output.write_text(edited)
        assert cli("rewrite", "post.md").code == 0
        assert self.state(cli).startswith("Your own text stands in post.rewritten.md: “The server died on Monday")

    def test_where_the_source_changed_since_the_person_s_text_is_the_example(self, project, cli, use):
        engine = use(lambda source: source.replace("Due to the fact that", "Because"))
        cli("rewrite", "post.md")
        output = project / "post.rewritten.md"
        edited = "The server died on Monday, and `api` had to wait."
        before = "Because the server was down on Monday, we were not\nable to deploy `api` until the evening."
        assert before in output.read_text()
        output.write_text(output.read_text().replace(before, edited))
        (project / "post.md").write_text(DRAFT.replace("Monday", "Tuesday"))
        assert "post.rewritten.md was edited since it was written." in cli("memory", "explain", "post.md:7").err
        assert cli("rewrite", "post.md").code in (0, 1)
        assert "After: The server died on Monday, and ⟦1⟧ had to wait.\n" in engine.jobs[-1].user
        (found,) = explained(cli, "post.md:7")
        assert "But its source changed since you edited it" in found["state"]
        assert found["messages"][-1]["content"] == engine.jobs[-1].user

    def test_a_paragraph_that_was_finished_in_place_is_named_so(self, project, cli, use):
        use(lambda source: source.replace("Due to the fact that", "Because"))
        assert cli("rewrite", "post.md", "--in-place").code == 0
        assert self.state(cli) == "An earlier run in place finished it; it is not sent again."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("post.md",), "name a file and a line of it, counted from 1, such as post.md:12"),
        (("post.md:0",), "counted from 1"),
        (("post.md:x",), "such as post.md:12"),
        ((".:3",), "is a folder"),
        (("none.md:3",), "none.md does not exist"),
        (("post.md:99",), "post.md:99 lies behind the end: there are 16 lines"),
        (("post.md:6",), "holds no prose that goes to a model. The nearest paragraph is at line 7"),
        (("post.md:11",), "holds no prose"),
        (("post.md:5",), "rewrite leaves the kind “heading” alone"),
        (("post.md:16",), "rewrite leaves the kind “quote” alone"),
        (("post.md:7", "--from", "en"), "Name the other one with --to"),
        (("post.md:7", "--to", "xx-nonsense"), "xx-nonsense"),
        (("post.md:7", "--project", "posts"), "belongs to the project in"),
        (("post.md:7", "--model", "nonsense"), "nonsense"),
    ],
)
def test_what_makes_no_prompt_is_said_in_a_sentence(project, cli, arguments, said):
    done = cli("memory", "explain", *arguments)
    assert (done.code, done.out) == (2, b"")
    assert said in " ".join(done.err.split())
    assert "should not" not in done.err


def test_an_output_is_no_draft(project, cli, use):
    use(lambda source: source)
    cli("rewrite", "post.md")
    done = cli("memory", "explain", "post.rewritten.md:7")
    assert done.code == 2
    assert "was written by styletune from" in done.err


def test_a_draft_that_needs_no_translation_has_no_prompt(project, cli):
    (project / "notes.md").write_text("---\nlang: en\n---\n\nA note.\n")
    done = cli("memory", "explain", "notes.md:5", "--to", "en")
    assert done.code == 2
    assert "is in English already" in done.err


def test_a_malformed_memory_is_named_by_its_line(project, cli, use):
    use(lambda source: source)
    (project / ".stylerules").write_text("## Rule\n")
    done = cli("memory", "explain", "post.md:7")
    assert done.code == 2
    assert ".stylerules:1:1" in done.err


def test_a_file_that_is_no_text_is_named(project, cli, use):
    use(lambda source: source)
    (project / "odd.md").write_bytes(b"\xff\xfe")
    done = cli("memory", "explain", "odd.md:1")
    assert done.code == 2
    assert "odd.md: the file is UTF-16" in done.err


def test_nothing_is_written(project, cli, use):
    use(lambda source: source)

    def files():
        return {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}

    before = files()
    cli("memory", "explain", "post.md:7")
    cli("memory", "explain", "post.md:7", "--to", "zh", "--json")
    assert files() == before


def test_control_characters_of_a_draft_do_not_reach_the_terminal(project, cli, use):
    use(lambda source: source)
    (project / "odd.md").write_text("A text with an escape \x1b[31m in it.\n")
    assert b"\x1b" not in cli("memory", "explain", "odd.md:1").out
