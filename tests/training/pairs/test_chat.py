"""Chat logs become pairs of what was asked and what was answered; whatever does not stand alone is counted."""

import json
from pathlib import Path

import pytest
from styletune_training.pairs.chat import read_chat
from styletune_training.pairs.mined_pairs import MinedPairs
from styletune_training.pairs.pair_files import read_pairs

from styletune.exchange.pair import Generator

STIFF = "The utilization of caches is of paramount importance for the performance of a program."
PLAIN = "Caches matter a lot for the performance of a program."
CHINESE = "我昨天写了一篇很长的文章，讲的是语言模型。"
ENGLISH = "Yesterday I wrote a long article about language models."


def said(role, content, **more):
    return {"role": role, "content": content, **more}


def conversation(*contents, system=None, **more):
    roles = ["user", "assistant"] * len(contents)
    messages = [said(role, content) for role, content in zip(roles, contents, strict=False)]
    return {"messages": [*([said("system", system)] if system else []), *messages], **more}


def chat(*values, name="log.jsonl"):
    Path(name).write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), "utf-8")
    return read_chat(Path(name))


def only(mined):
    (one,) = mined.pairs
    assert not mined.dropped
    assert not mined.problems
    return one.pair


@pytest.mark.parametrize(
    ("asked", "answered", "task", "langs", "source"),
    [
        (f"Translate into English:\n{CHINESE}", ENGLISH, "translate", ("zh", "en"), CHINESE),
        (f"翻译成中文：{ENGLISH}", CHINESE, "translate", ("en", "zh"), ENGLISH),
        (CHINESE, ENGLISH, "translate", ("zh", "en"), CHINESE),
        (f"Rewrite this in my style:\n\n{STIFF}", PLAIN, "rewrite", ("en", "en"), STIFF),
        (STIFF, PLAIN, "rewrite", ("en", "en"), STIFF),
        (
            "请把下面这段话改写成我的风格：\n\n本文旨在探讨大型语言模型的若干重要问题。",
            "这篇文章聊聊大模型的几个问题。", "rewrite", ("zh", "zh"), "本文旨在探讨大型语言模型的若干重要问题。",
        ),
        (
            "Why do you keep your notes in plain text files?",
            "Because every editor opens them, and so will those of the next thirty years.",
            "qa", ("en", "en"), "Why do you keep your notes in plain text files?",
        ),
        ("什么是大语言模型？", "就是一个读过很多书的接话机器。", "qa", ("zh", "zh"), "什么是大语言模型？"),
        ("Translate to German: Yes.", "Ja.", "translate", (None, "de"), "Yes."),
        (
            "次の文章を英語に翻訳してください：\n昨日、言語モデルについて長い記事を書いた。", ENGLISH, "translate", ("ja", "en"),
            "昨日、言語モデルについて長い記事を書いた。",
        ),
    ],
)  # fmt: skip
def test_an_exchange_is_a_pair_of_the_task_that_it_shows(asked, answered, task, langs, source):
    pair = only(chat(conversation(asked, answered)))
    assert (pair.task, (pair.source_lang, pair.target_lang)) == (task, langs)
    assert (pair.source, pair.target, pair.origin, pair.generator) == (source, answered, "chat", None)


def test_standing_instructions_say_what_is_done():
    question = "Is the utilization of caches of importance for programs?"
    assert only(chat(conversation(question, "Do caches really matter?"))).task == "qa"
    told = conversation(question, "Do caches really matter?", system="You rewrite drafts in my voice.")
    assert only(chat(told)).task == "rewrite"
    told = conversation(question, "Do caches really matter?", system="你是我的编辑，把每一段改写成我的风格。")
    assert only(chat(told)).task == "rewrite"


def test_each_conversation_is_a_document():
    mined = chat(conversation(STIFF, PLAIN), conversation(CHINESE, ENGLISH))
    assert [one.pair.doc for one in mined.pairs] == ["log.jsonl#1", "log.jsonl#2"]
    assert [one.place for one in mined.pairs] == ["log.jsonl:1", "log.jsonl:2"]


def test_later_exchanges_need_what_came_before():
    mined = chat(conversation(STIFF, PLAIN, "Shorter, please.", "Caches matter.", "Shorter!", "Caches!"))
    assert [one.pair.target for one in mined.pairs] == [PLAIN]
    assert mined.dropped == {"depends on earlier turns": 2}


def test_content_may_come_in_parts():
    parts = [{"type": "text", "text": "Rewrite this in my style:"}, {"type": "text", "text": STIFF}]
    assert only(chat(conversation(parts, [{"type": "text", "text": PLAIN}]))).source == STIFF


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([said("user", STIFF), said("assistant", "")], "empty"),
        ([said("user", STIFF), said("assistant", None)], "empty"),
        ([said("user", "  \n"), said("assistant", PLAIN)], "empty"),
        ([said("user", STIFF), said("assistant", PLAIN, weight=0)], "weight 0"),
        ([said("user", STIFF), said("assistant", None, tool_calls=[{"id": "1"}])], "tool calls"),
        ([said("user", STIFF), said("assistant", None, refusal="I can't.")], "refusal"),
        ([said("user", STIFF), said("assistant", "I'm sorry, but I can't help with that.")], "refusal"),
        ([said("user", STIFF), said("assistant", "抱歉，我无法完成这个请求。")], "refusal"),
        ([said("user", [{"type": "image_url", "image_url": {}}]), said("assistant", PLAIN)], "images or sound"),
        ([said("user", STIFF)], "no answer"),
        ([said("system", "You rewrite.")], "nothing was asked"),
        ([], "nothing was asked"),
        (
            [said("assistant", "Hello!"), said("user", STIFF), said("assistant", PLAIN)],
            "not one question and one answer",
        ),
        ([said("user", "One."), said("user", STIFF), said("assistant", PLAIN)], "not one question and one answer"),
        ([said("user", f"Translate into French:\n{STIFF}"), said("assistant", PLAIN)], "not translated"),
        (
            [said("user", "Write a long post about the weather in Berlin."), said("assistant", PLAIN)],
            "neither a rewrite nor a question",
        ),
    ],
)
def test_what_is_no_pair_is_counted_by_reason(messages, reason):
    mined = chat({"messages": messages})
    assert not mined.pairs
    assert mined.dropped.pop(reason) == 1
    assert set(mined.dropped) <= {"depends on earlier turns"}


def preferred(rejected):
    return {
        "input": {
            "messages": [said("system", "You rewrite drafts."), said("user", f"Rewrite this in my style:\n{STIFF}")]
        },
        "preferred_output": [said("assistant", PLAIN)],
        "non_preferred_output": rejected,
    }


def test_a_preferred_answer_is_a_pair_and_a_preference():
    mined = chat(preferred([said("assistant", "Caches are very important.")]))
    pair = only(mined)
    (found,) = mined.preferences
    assert (pair.source, pair.target) == (STIFF, PLAIN)
    assert (found.doc, found.task, found.prompt_source) == (pair.doc, "rewrite", STIFF)
    assert (found.chosen, found.rejected) == (PLAIN, "Caches are very important.")


def test_a_preference_is_kept_with_its_pairs():
    mined = chat(preferred([said("assistant", "Caches are very important.")]), conversation(CHINESE, ENGLISH))
    kept = MinedPairs(Path.cwd())
    kept.put("log", "1", mined)
    assert kept.read("log") == ("1", mined)
    assert kept.preferences() == mined.preferences


@pytest.mark.parametrize("rejected", [[], [said("assistant", "")], [said("assistant", f" {PLAIN}")]])
def test_a_preference_needs_two_answers_that_differ(rejected):
    mined = chat(preferred(rejected))
    assert only(mined).target == PLAIN
    assert not mined.preferences


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nothing", "this is no JSON"),
        ('{"source": "a"}', '"messages" is missing'),
        ("[]", '"messages" is missing'),
        ('{"messages": "a"}', '"messages" must be a list'),
        ('{"messages": ["a"]}', '"messages" must be a list'),
        ('{"input": "a", "preferred_output": []}', '"input" must be an object'),
        ('{"mapping": 1}', '"mapping" must be an object'),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_taken(line, words):
    good = json.dumps(conversation(STIFF, PLAIN))
    Path("log.jsonl").write_text(f"{good}\n{line}\n{json.dumps(conversation(CHINESE, ENGLISH))}\n", "utf-8")
    mined = read_chat(Path("log.jsonl"))
    assert [one.place for one in mined.pairs] == ["log.jsonl:1", "log.jsonl:3"]
    (problem,) = mined.problems
    assert problem.startswith("log.jsonl:2 ")
    assert words in problem


def test_a_conversation_that_comes_twice_is_counted():
    mined = chat(conversation(STIFF, PLAIN), conversation(STIFF, PLAIN))
    assert len(mined.pairs) == 1
    assert mined.dropped == {"duplicate": 1}


def exported(*texts):
    nodes = {"root": {"id": "root", "message": None, "parent": None}}
    nodes["system"] = {
        "parent": "root",
        "message": {"author": {"role": "system"}, "content": {"content_type": "text", "parts": [""]}},
    }
    before = "system"
    for number, text in enumerate(texts):
        role = ["user", "assistant"][number % 2]
        message = {
            "author": {"role": role},
            "content": {"content_type": "text", "parts": [text]},
            "metadata": {"model_slug": "gpt-4o"},
        }
        nodes[f"m{number}"] = {"parent": before, "message": message}
        before = f"m{number}"
    nodes["other"] = {
        "parent": "m0",
        "message": {"author": {"role": "assistant"}, "content": {"content_type": "text", "parts": ["Not shown."]}},
    }
    return {"title": "t", "mapping": nodes, "current_node": before}


def test_the_export_of_chatgpt_is_read_as_it_was_shown_and_called_a_models_words():
    values = [exported(f"Rewrite this in my style:\n{STIFF}", PLAIN), exported(CHINESE, ENGLISH, "Thanks!", "Sure.")]
    Path("conversations.json").write_text(json.dumps(values, indent=1), "utf-8")
    mined = read_pairs(Path("conversations.json"))
    assert [(one.pair.source, one.pair.target) for one in mined.pairs] == [(STIFF, PLAIN), (CHINESE, ENGLISH)]
    assert {one.pair.generator for one in mined.pairs} == {Generator("gpt-4o", "chat")}
    assert mined.dropped == {"depends on earlier turns": 1}
    assert "the words of a model (gpt-4o)" in mined.notes[0]


def test_an_export_that_runs_in_a_circle_ends():
    found = exported(STIFF, PLAIN)
    found["mapping"]["root"]["parent"] = "m1"
    mined = chat(found)
    assert len(mined.pairs) + sum(mined.dropped.values()) >= 1
