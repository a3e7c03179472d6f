from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.synthesis.answers import answer
from styletune_training.synthesis.asking import job
from styletune_training.synthesis.imitation import Imitated
from styletune_training.synthesis.made import Item
from styletune_training.synthesis.prompts import load_prompts

from styletune.engines.protocol import Result

PLAIN = "The server went down twice last night, and I had to get up both times."
REWRITTEN = "Last night, the server experienced two outages, both of which required me to get up."
MARKED = "Use [the docs](https://x.org) and `git push` to send it."
CHINESE = "昨晚服务器挂了两次，我两次都得爬起来。"


def _item(text, task="rewrite", source="en", target="en"):
    return Item("i1", "a.md", "a1", text, task, "p@1", "m", source, target)


@pytest.fixture
def prompts(tmp_path):
    return load_prompts(tmp_path)


@pytest.fixture
def made(prompts):
    def make(text, said, *, task="rewrite", langs=("en", "en"), prompt=None, **more):
        finish, error = more.pop("finish", "stop"), more.pop("error", "")
        name = {"rewrite": "rewrite-formal", "translate": "translate-natural", "qa": "qa-question"}[task]
        result = Result("i1", said, finish, 30, 20, 1.5, error)
        return answer(_item(text, task, *langs), prompt or prompts[name], result, **more)

    return make


def test_a_good_answer_is_kept_with_all_that_is_known_of_it(made):
    found = made(
        MARKED,
        "Please consult [the docs](⟦1⟧) and employ ⟦2⟧ for sending.",
    )
    assert found.fault is None
    assert found.source == "Please consult [the docs](https://x.org) and employ `git push` for sending."
    assert (found.target, found.doc, found.paragraph, found.item) == (MARKED, "a.md", "a1", "i1")
    assert (found.tokens_in, found.tokens_out, found.seconds, found.cost, found.currency) == (30, 20, 1.5, 0.0, "")
    assert datetime.fromisoformat(found.time).tzinfo is UTC


@pytest.mark.parametrize(
    "said",
    [
        f"```\n{REWRITTEN}\n```",
        f"```markdown\n{REWRITTEN}\n```",
        f'"{REWRITTEN}"',
        f"Here is the rewritten paragraph:\n\n{REWRITTEN}",
        f"Sure! Here's the formal version:\n{REWRITTEN}",
        f"Here is the paragraph in a formal voice: {REWRITTEN}",
        f"Certainly, here is a more formal version of it: {REWRITTEN}",
        f"**Rewritten paragraph:** {REWRITTEN}",
        f"<think>\n\n</think>\n\n{REWRITTEN}",
        f"<think>\nThe user wants\n\na formal voice.\n</think>\n{REWRITTEN}",
        f"{REWRITTEN}\n\nNote: I changed the order of the sentence.",
        f"{REWRITTEN}\n\n---\n\nI've kept all the numbers of the original paragraph.",
        f"{REWRITTEN}\n\nLet me know if you need anything else!",
        f"{REWRITTEN}\n(Note: the tone is formal.)",
        f"  {REWRITTEN}\x00\n",
        REWRITTEN.replace("server", "**server**"),
        f"*{REWRITTEN}*",
    ],
)
def test_what_models_put_around_an_answer_is_taken_off(made, said):
    found = made(PLAIN, said)
    assert (found.source, found.fault) == (REWRITTEN, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [("The server *was* down.", "The *server* had failed."), ("It was 3 of us there.", "There are 2 * 3 * 4 of us.")],
)
def test_emphasis_of_the_author_and_lone_signs_are_left_alone(made, text, said):
    assert made(text, said).source == said


@pytest.mark.parametrize(
    ("said", "langs"),
    [
        ("以下是改写后的段落：昨夜服务器发生两次故障，本人两次起床处理。", ("zh", "zh")),
        ("好的，以下是正式的版本：\n\n昨夜服务器发生两次故障，本人两次起床处理。", ("zh", "zh")),
    ],
)
def test_it_is_taken_off_in_chinese_too(made, said, langs):
    found = made(CHINESE, said, langs=langs)
    assert (found.source, found.fault) == ("昨夜服务器发生两次故障，本人两次起床处理。", None)


def test_what_the_author_says_so_is_left_alone(made):
    author = "Here is the text: it was late, and nobody was there. Note: bring a lamp."
    said = "Here is the text: the hour was advanced, and no person was present. Note: a lamp is required."
    assert (made(author, said).source, made(author, said).fault) == (said, None)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("", "no answer"),
        (" \n ", "no answer"),
        ("I'm sorry, but I can't help with that request.", "refused"),
        ("I cannot assist with rewriting this.", "refused"),
        ("As an AI language model, I do not have nights.", "refused"),
        ("抱歉，我无法完成这个请求。", "refused"),
        ("申し訳ありませんが、お手伝いできません。", "refused"),
        ("Es tut mir leid, aber dabei kann ich nicht helfen.", "refused"),
        (PLAIN, "unchanged"),
        (f'"{PLAIN}"', "unchanged"),
        (f"Here is the rewritten paragraph: {PLAIN}", "unchanged"),
        ("Thank you for sharing your text with me.", "remark"),
        ("Okay, the user wants this in a formal voice, so let me think.", "thinking"),
        ("<think>The user says that the server went down.", "thinking"),
        ("- The server went down.\n- I got up.", "form"),
        ("The server went down.\n\nIt was a long night, in which I rose two times.", "form"),
        ("You restate paragraphs in the formal, impersonal voice of a business report.", "prompt leaked"),
        (
            "Use of the graphical installer is not recommended, given its low speed and the failure that was observed.",
            "prompt leaked",
        ),
        ("Sure! The server was down two times.", "preamble"),
    ],
)
def test_what_is_no_answer_is_kept_with_its_fault(made, said, fault):
    found = made(PLAIN, said)
    assert (found.fault or "").partition(":")[0] == fault
    assert found.source == (PLAIN if fault == "unchanged" else said.strip())


def test_an_answer_may_use_the_filler_of_an_example(made, prompts):
    said = "When it comes to managing my nights, I have found that the server went down twice, and I had to get up both times."
    assert made(PLAIN, said, prompt=prompts["rewrite-expand"]).fault is None


@pytest.mark.parametrize(
    ("finish", "error", "fault"),
    [
        ("length", "", "cut off"),
        ("context", "", "cut off"),
        ("failed", "the server answered 500:\n internal", "the endpoint: the server answered 500: internal"),
        ("failed", "", "the endpoint: no reason was given"),
    ],
)
def test_half_and_failed_answers_are_told_apart(made, finish, error, fault):
    found = made(PLAIN, "The server experienced", finish=finish, error=error)
    assert (found.fault, found.finish, found.source) == (fault, finish, "The server experienced")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("Consult the docs and employ ⟦2⟧.", "marks: the link (https://x.org) is missing"),
        ("Consult [the docs](⟦1⟧), ⟦2⟧ and ⟦2⟧.", "marks: `git push` stands there twice"),
        ("Consult [the docs](https://x.org) and `git push`.", "marks: the link (https://x.org) is missing"),
    ],
)
def test_lost_marks_are_named(made, said, fault):
    found = made(MARKED, said)
    assert (found.fault, found.source) == (fault, said)


@pytest.mark.parametrize(
    ("text", "said", "langs"),
    [
        ("抱歉，我不能去，因为火车晚点了。", "I am sorry that I cannot come, as the train is late.", ("en", "zh")),
        ("太棒了！你完成了第一次贡献！", "Great! You made your first contribution!", ("en", "zh")),
        (CHINESE, "The server went down twice last night, and I had to get up both times.", ("en", "zh")),
        ("I'm sorry, I can't go on like this.", "It is regrettable that this cannot be continued.", ("en", "en")),
    ],
)
def test_what_the_author_says_himself_is_no_refusal_and_no_preamble(made, text, said, langs):
    found = made(text, said, task="rewrite" if langs[0] == langs[1] else "translate", langs=langs)
    assert (found.source, found.fault) == (said, None)


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("How do I push with Git?", "How do I push with Git?"),
        ("Question: How do I push with Git?", "How do I push with Git?"),
        ("**Question:** How do I push with Git?", "How do I push with Git?"),
        ('"How do I push with Git?"', "How do I push with Git?"),
        ("1. How do I push with Git?", "How do I push with Git?"),
        ("Q: How do I push with Git?\n\nA: With `git push`.", "How do I push with Git?"),
        ("I use Git. How do I push?", "I use Git. How do I push?"),
        ("问题：如何用 Git 推送？", "如何用 Git 推送？"),
        ("Git でプッシュするにはどうすればよいですか。", "Git でプッシュするにはどうすればよいですか。"),
    ],
)
def test_a_question_is_kept_without_its_label(made, said, question):
    found = made("Run `git push`, and all is there.", said, task="qa")
    assert (found.source, found.fault) == (question, None)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("Run git push.", "no question"),
        ("How do I push? Run git push.", "no question"),
        ("How do I push? And how do I pull?", "several questions"),
        ("1. How do I push?\n2. How do I pull?", "several questions"),
        ("如何推送？如何拉取？", "several questions"),
        ("What do the given notes say of pushing?", "the question is about the notes themselves"),
        ("What is the subject of the notes?", "the question is about the notes themselves"),
        ("这些笔记说了什么？", "the question is about the notes themselves"),
        ("Why " + "oh why " * 80 + "?", "a long question"),
        ("I can't help with that.", "refused"),
        ("", "no answer"),
    ],
)
def test_what_is_no_single_question_is_a_fault(made, said, fault):
    assert made("Run `git push`, and all is there.", said, task="qa").fault == fault


def test_a_note_about_notes_may_be_asked_about_notes(made):
    found = made("I keep the notes in one file, and `grep` finds them.", "How do you find the notes?", task="qa")
    assert (found.source, found.fault) == ("How do you find the notes?", None)


def test_an_answer_that_copies_the_drafts_to_imitate_is_no_pair(made, prompts):
    sample = "In today's world, the reliability of servers is more than a number, and it delves into what makes a team tick at night."
    imitating = prompts["rewrite-imitate"].imitating(Imitated(excerpts=(sample,)))
    copied = made(PLAIN, f"Twice it fell. {sample}", prompt=imitating)
    assert copied.fault == "copies the sample"
    manner = "In today's world, the reliability of servers is what let me down twice last night, and I had to get up both times."
    assert made(PLAIN, manner, prompt=imitating).fault is None


@given(st.text(max_size=80), st.sampled_from(["rewrite", "translate", "qa"]))
def test_whatever_is_said_is_kept_or_put_back_and_nothing_breaks(tmp_path_factory, said, task):
    prompts = load_prompts(tmp_path_factory.getbasetemp())
    name = {"rewrite": "rewrite-formal", "translate": "translate-natural", "qa": "qa-question"}[task]
    item = _item(MARKED, task)
    found = answer(item, prompts[name], Result("i1", said, "stop", 1, 1, 0.1))
    assert found.target == MARKED
    assert found.fault or found.source
    assert found.fault is None or "\n" not in found.fault


def test_the_text_that_was_shown_is_unchanged_for_every_builder_that_writes_paragraphs(made, prompts):
    for task in ("rewrite", "translate"):
        name = {"rewrite": "rewrite-formal", "translate": "translate-natural"}[task]
        shown = job(_item(MARKED, task), prompts[name])[1].source
        assert (made(MARKED, shown, task=task).fault, made(MARKED, MARKED, task=task).fault) == (
            "unchanged",
            "unchanged",
        )
