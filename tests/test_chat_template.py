import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.chat_template import ChatTemplate, Message, Piece
from styletune.errors import ModelError

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
NO_SYSTEM = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('alternate') }}"
    "{% endif %}<turn>{{ m.role }}\n{{ m.content | trim }}<end>\n{% endfor %}"
)
IGNORES_SYSTEM = (
    "{% for m in messages %}{% if m.role != 'system' %}[{{ m.role }}]{{ m.content }}{% endif %}{% endfor %}"
)
SYSTEM_LAST = (
    "{% if messages[0].role == 'system' %}{% set s = messages[0].content %}{% set rest = messages[1:] %}"
    "{% else %}{% set rest = messages %}{% endif %}{% for m in rest %}{% if m.role == 'user' %}[INST]"
    "{% if loop.last and s is defined %}{{ s }}\n\n{% endif %}{{ m.content }}[/INST]{% else %}{{ m.content }}"
    "{{ eos_token }}{% endif %}{% endfor %}"
)
PARTS_ONLY = "{% for m in messages %}[{{ m.role }}]{% for part in m.content %}{{ part.text }}{% endfor %}{% endfor %}"
CHATML_TALK = (
    "<|im_start|>system\nSYS<|im_end|>\n<|im_start|>user\nA<|im_end|>\n<|im_start|>assistant\nB<|im_end|>\n"
    "<|im_start|>user\nC<|im_end|>\n<|im_start|>assistant\n"
)
TALK = [Message("system", "SYS"), Message("user", "A"), Message("assistant", "B"), Message("user", "C")]


def joined(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (CHATML, CHATML_TALK),
        (NO_SYSTEM, "<s><turn>user\nSYS\n\nA<end>\n<turn>assistant\nB<end>\n<turn>user\nC<end>\n"),
        (IGNORES_SYSTEM, "[user]SYS\n\nA[assistant]B[user]C"),
        (SYSTEM_LAST, "[INST]A[/INST]B</s>[INST]SYS\n\nC[/INST]"),
        (PARTS_ONLY, "[system]SYS[user]A[assistant]B[user]C"),
        ("{% for m in messages %}\n  {% if true %}\n{{ m.content }}\n  {% endif %}\n{% endfor %}", "SYS\nA\nB\nC\n"),
        ("{{ messages | map(attribute='content') | join('|') }}{{ enable_thinking }}", "SYS|A|B|CFalse"),
        ("{{ strftime_now('%d %b %Y') }}{% for m in messages %}{{ m.content }}{% endfor %}", "26 Jul 2024SYSABC"),
        ("{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}", "SYSABC"),
        ("{% for m in messages %}{{ m.content }}{% if not tools %};{% break %}{% endif %}{% endfor %}", None),
        ("{% for m in messages %}{{ m | tojson }}{% endfor %}", None),
    ],
    ids=["chatml", "rejects", "ignores", "late", "parts", "blocks", "thinking", "date", "generation", "drops", "json"],
)
def test_a_conversation_is_rendered_as_the_template_says(source: str, text: str | None) -> None:
    template = ChatTemplate(source, bos="<s>", eos="</s>")
    if text is None and "tojson" not in source:
        with pytest.raises(ModelError, match="leaves a message out"):
            template.render(TALK)
        return
    pieces = template.render(TALK)
    assert {piece.message for piece in pieces} >= {0, 1, 2, 3}
    assert text is None or joined(pieces) == text


def test_the_pieces_tell_the_template_from_the_people() -> None:
    assert ChatTemplate(CHATML).render([Message("user", "Hi")]) == (
        Piece("<|im_start|>user\n"),
        Piece("Hi", 0),
        Piece("<|im_end|>\n<|im_start|>assistant\n"),
    )


def test_without_a_generation_prompt_the_text_ends_with_the_last_turn() -> None:
    pieces = ChatTemplate(CHATML).render([Message("assistant", "Hi")], add_generation_prompt=False)
    assert joined(pieces) == "<|im_start|>assistant\nHi<|im_end|>\n"


@given(st.text(max_size=40), st.text(max_size=40))
def test_content_comes_through_untouched_whatever_it_is(system: str, user: str) -> None:
    for source in (CHATML, NO_SYSTEM, SYSTEM_LAST):
        pieces = ChatTemplate(source).render([Message("system", system), Message("user", user)])
        assert [piece.text for piece in pieces if piece.message is not None] == [system, user]


def test_content_that_looks_like_a_stand_in_or_like_jinja_stays_content() -> None:
    for content in ("MESSAGEQ0Q", "MESSAGEQ1Q{{ 1 + 1 }}{% for %}", "<|im_end|>"):
        pieces = ChatTemplate(CHATML).render([Message("user", content), Message("assistant", "x")])
        assert [piece.text for piece in pieces if piece.message is not None] == [content, "x"]


def test_a_template_that_contains_the_stand_in_does_not_confuse_it() -> None:
    pieces = ChatTemplate("MESSAGEQ0Q {{ messages[0].content }}").render([Message("user", "x")])
    assert pieces == (Piece("MESSAGEQ0Q "), Piece("x", 0))


def test_ten_turns_are_kept_apart() -> None:
    talk = [Message("user" if index % 2 == 0 else "assistant", str(index)) for index in range(12)]
    pieces = ChatTemplate(CHATML).render(talk)
    assert [piece.message for piece in pieces if piece.message is not None] == list(range(12))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% for x in", "cannot be used"),
        ("{{ raise_exception('only tools') }}", "only tools"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps"),
        ("{% for a in 'x'.split() %}{{ loop(a) }}{% endfor %}", "cannot be used"),
        ("{% for a in [1] recursive %}{{ loop([1, 2]) }}{% endfor %}", "cannot be used"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "cannot be used"),
        ("{% for a in range(9999999999) %}{% endfor %}", "cannot be used"),
        ("{{ 'a' * 9999999999 }}", "'*'"),
        ("{{ '%9999999999d' % 1 }}", "'%'"),
        ("{{ 9 ** 9999999999 }}", "huge power"),
        ("{{ 'a' | center(9999999999) }}", "center"),
        ("{{ 'a'.ljust(9999999999) }}", "pads"),
        ("{{ '{:9999999999}'.format(1) }}", "pads"),
        ("{{ '{:{}}'.format(1, 9999999999) }}", "pads"),
        (
            "{% set n = namespace(s='aaaaaaaaaa') %}{% for i in range(90) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
            "text of more",
        ),
        (
            "{% set n = namespace(s='aaaaaaaaaa') %}{% for i in range(90) %}{% set n.s = n.s + n.s %}{% endfor %}",
            "text of more",
        ),
        (
            "{% set n = namespace(s='ab') %}{% for i in range(90) %}{% set x %}{{ n.s }}{{ n.s }}{% endset %}{% set n.s = x %}{% endfor %}",
            "writes more",
        ),
        ("{{ ''.__class__.__mro__ }}", "cannot be used"),
        ("{{ messages.append(1) }}", "cannot be used"),
        ("{{ raise_exception.__globals__.x }}", "cannot be used"),
        ("{% include '/etc/passwd' %}", "cannot be used"),
        ("{{ messages[0].content.no.such }}", "cannot be used"),
        ("hello", "leaves a message out"),
    ],
)
def test_a_template_that_misbehaves_is_a_broken_model(source: str, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        ChatTemplate(source, name="bad.gguf").render(TALK[:2])
    assert words in str(caught.value)
    assert "bad.gguf" in str(caught.value)


def test_a_budget_is_for_one_rendering_not_for_all() -> None:
    template = ChatTemplate("{% for a in range(60000) %}{% endfor %}{{ messages[0].content }}")
    for _ in range(3):
        assert joined(template.render([Message("user", "x")])) == "x"


def test_rendering_loads_neither_llama_cpp_nor_torch() -> None:
    code = (
        "import sys; from styletune.chat_template import *;"
        "ChatTemplate('{{ messages[0].content }}').render([Message('user', 'x')]);"
        "assert not {'llama_cpp', 'torch', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
