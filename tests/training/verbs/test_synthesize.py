"""``styletune synthesize`` as a person meets it, with a server on this machine."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from command_line import Cli
from openai_server import Exchange, Server, status, usage, where
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.corpus.store import Corpus
from styletune_training.synthesis.ledger import Ledger, Sent

from styletune.markdown.segments import Kind
from styletune.terminal import question

NUMBER = re.compile(r"\bberth (\d+)\b")
PRICED = 'prices = { input = 1.0, output = 2.0, currency = "EUR" }\n'


def restate(exchange: Exchange) -> None:
    """Restate a sentence so that it may be used."""
    found = NUMBER.search(exchange.user)
    assert found is not None
    text = f"The old boat was relocated to berth {found[1]} prior to the arrival of the storm; one would do so again."
    say(exchange, text)


def say(exchange: Exchange, text: str) -> None:
    exchange.begin()
    exchange.say(text, "stop")
    exchange.event(usage(100, 20))
    exchange.end()


def copy(exchange: Exchange) -> None:
    """Answer with the author's own text."""
    say(exchange, exchange.user.rsplit("\n\n", 1)[-1])


def add_posts(posts: int = 2, paragraphs: int = 3) -> None:
    documents: list[CorpusDocument] = []
    for post in range(posts):
        numbers = range(100 + post * 100, 100 + post * 100 + paragraphs)
        texts = [
            f"I moved the old boat to berth {number} before the storm came, and I'd do it again." for number in numbers
        ]
        name = f"post-{post}.md"
        found = tuple(paragraph(Kind.PARAGRAPH, text, lang="en") for text in texts)
        documents.append(CorpusDocument(name, name, "s0", (1, 1), "1", lang="en", paragraphs=found))
    Corpus(Path.cwd()).put(documents)


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server and name it in the project's settings."""
    servers: list[Server] = []

    def start(handle: Callable[[Exchange], None] = restate, more: str = "") -> Server:
        server = Server(handle)
        servers.append(server)
        settings = f'[endpoints.big]\nbase_url = "{server.url}"\nmodel = "m"\n{more}'
        Path("styletune.toml").write_text(settings, encoding="utf-8")
        return server

    yield start
    for server in servers:
        server.close()


def made() -> int:
    return len(list(Ledger(Path.cwd()).made()))


def test_all_is_made_once_and_the_next_step_is_named(cli: Cli, serve: Serve):
    add_posts()
    server = serve()
    first = cli("synthesize", "--builder", "rewrite", "--model", "big")
    assert first.code == 0, first.err
    assert "To make: 6 texts for paragraphs of 2 documents, with m at 127.0.0.1" in first.err
    assert "6 answers: 6 usable, 0 not" in first.err
    assert "600 tokens of prompts and 120 of answers" in first.err
    assert "styletune corpus stats" in first.err
    assert first.out == b""
    silent = cli("synthesize", "--model", "big", "--quiet")
    assert (silent.out, silent.err) == (b"", "")
    again = cli("synthesize", "--model", "big")
    assert (again.code, len(server.requests), made()) == (0, 6, 6)
    assert "nothing to make. 6 were made already" in again.err


def test_a_dry_run_shows_the_plan_and_asks_for_nothing(cli: Cli, serve: Serve):
    add_posts()
    server = serve(more=PRICED)
    done = cli("synthesize", "--model", "big", "--dry-run", "--most", "4")
    assert (done.code, server.requests, made()) == (0, [], 0)
    assert b"To make: 4 texts" in done.out
    assert b"left for another time: 2" in done.out
    assert re.search(rb"\d to [\d.e-]+ EUR", done.out)
    assert not Path(".styletune/corpus/synthesis.lock").exists()
    values = json.loads(cli("synthesize", "--model", "big", "--dry-run", "--json").out)
    assert (values["planned"], values["to_make"], values["currency"]) == (6, 6, "EUR")
    assert 0 < values["expected"]["cost"][0] < values["expected"]["cost"][1]


def test_a_pilot_shows_samples_and_what_the_rest_costs(cli: Cli, serve: Serve):
    add_posts(posts=4)
    serve(more=PRICED)
    done = cli("synthesize", "--builder", "rewrite", "--model", "big", "--pilot", "4")
    text = done.out.decode()
    assert done.code == 0, done.err
    assert text.count("of the words differ") == text.count("usable") == 4
    assert "The old boat was relocated" in text
    assert "I moved the old boat" in text
    assert len({one.doc for one in Ledger(Path.cwd()).made()}) == 4, "each of another post"
    assert re.search(
        r"The rest is 8 texts, takes about [\d,]+ tokens and costs about .* EUR, 0\.00014 EUR for each", done.err
    )
    assert re.search(r"To make it: styletune synthesize --builder rewrite --model big --budget [\d.e-]+\n", done.err)
    assert cli("synthesize", "--model", "big", "--yes").code == 0
    assert made() == 12, "the samples count"


def test_money_is_not_spent_unless_somebody_agrees(cli: Cli, serve: Serve):
    add_posts()
    server = serve(more=PRICED)
    done = cli("synthesize", "--model", "big")
    assert (done.code, server.requests) == (2, [])
    assert "Send 6 requests to m at 127.0.0.1? Nobody is here to ask: add --yes" in done.err
    assert "EUR" in done.err, "the plan is shown"


@pytest.mark.parametrize(
    ("arguments", "more", "words"),
    [
        (("--budget", "1"), "", "prices = { input"),
        (("--budget", "0.00001", "--yes"), PRICED, "--budget 1e-05 is too small: one request can cost up to 0.001"),
        (("--token-budget", "20"), "", "--token-budget 20 is too small: one request can take up to"),
        (("--prompt", "rewrite-frmal"), "", 'Did you mean "rewrite-formal"?'),
        (("--builder", "dance"), "", "there is no such builder"),
        (("--builder", "translate"), "", "--from LANG"),
        (("--pilot", "3", "--most", "2"), "", "exclude each other"),
        (("--imitate", "nowhere.md"), "", "--imitate nowhere.md"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(
    cli: Cli, serve: Serve, arguments: tuple[str, ...], more: str, words: str
):
    add_posts()
    server = serve(more=more)
    done = cli("synthesize", "--model", "big", *arguments)
    assert (done.code, server.requests, made()) == (2, [], 0), done.err
    assert words in done.err


def test_a_url_has_no_prices_so_that_a_budget_says_what_to_write(cli: Cli, serve: Serve):
    add_posts()
    server = serve()
    done = cli("synthesize", "--model", f"openai:{server.url}#big", "--budget", "1")
    assert done.code == 2
    assert f'base_url = "{server.url}"' in done.err
    assert "Then: --model server" in done.err


def test_without_posts_the_way_to_add_some_is_named(cli: Cli, serve: Serve):
    serve()
    done = cli("synthesize", "--model", "big")
    assert done.code == 2
    assert "styletune corpus add posts/" in done.err


def test_a_budget_is_kept_to_and_another_one_goes_on(cli: Cli, serve: Serve):
    add_posts(posts=4)
    serve(more=PRICED)
    done = cli("synthesize", "--model", "big", "--budget", "0.0016", "--yes", "--jobs", "1", "--json")
    values = json.loads(done.out)
    assert (done.code, values["ending"]) == (0, "budget")
    assert 0 < values["made"] < 12
    assert values["cost"] == pytest.approx(values["made"] * 140e-6)
    assert values["cost"] <= 0.0016
    assert values["left"] == 12 - values["made"]
    assert "--budget is used up" in done.err
    assert cli("synthesize", "--model", "big", "--budget", "1", "--yes").code == 0
    assert made() == 12


def test_a_model_that_leaves_the_text_unchanged_is_found_out(cli: Cli, serve: Serve):
    add_posts(posts=3, paragraphs=20)
    server = serve(copy)
    done = cli("synthesize", "--prompt", "rewrite-formal", "--model", "big", "--jobs", "2")
    assert done.code == 1
    assert "of the first 25 answers are useless: the model hardly changes the text" in done.err
    assert "I moved the old boat" in done.err
    assert "hardly changes your text, and such pairs teach nothing" in done.err
    assert 25 <= len(server.requests) <= 27
    assert cli("synthesize", "--prompt", "rewrite-formal", "--model", "big", "--yes").code == 0
    assert made() == 60


def test_refusals_are_kept_with_their_price_and_not_asked_again(cli: Cli, serve: Serve):
    add_posts()
    server = serve(lambda exchange: say(exchange, "I'm sorry, but I can't help with that."))
    done = cli("synthesize", "--model", "big")
    assert done.code == 0
    assert "not usable: refused 6" in done.err
    assert "styletune corpus list dropped --origin synthesized" in done.err
    assert "list pairs" not in done.err
    assert cli("synthesize", "--model", "big").code == 0
    assert len(server.requests) == 6


def test_failures_of_a_server_are_asked_again_next_time(cli: Cli, serve: Serve):
    add_posts()
    filtered = status(400, "The content filter has stopped this prompt.", code="content_filter")
    serve(where(lambda exchange: "berth 101" in exchange.user, filtered, restate))
    done = cli("synthesize", "--model", "big")
    assert done.code == 1, done.err
    assert "1 request failed at the endpoint, and will be asked again next time" in done.err
    serve()
    assert cli("synthesize", "--model", "big").code == 0
    assert all(one.fault is None for one in Ledger(Path.cwd()).made())


def test_a_server_that_is_gone_costs_nothing_that_was_made(cli: Cli, serve: Serve):
    add_posts()
    server = serve(where(lambda exchange: exchange.number > 2, status(401, "no such key"), restate), PRICED)
    done = cli("synthesize", "--model", "big", "--yes", "--jobs", "1")
    assert done.code == 3
    assert "no such key" in done.err
    assert "2 answers: 2 usable" in done.err
    assert (made(), len(server.requests)) == (2, 3)


def test_what_was_under_way_in_a_paid_run_is_asked_again_only_on_request(cli: Cli, serve: Serve):
    add_posts()
    server = serve(more=PRICED)
    items = json.loads(cli("synthesize", "--model", "big", "--dry-run", "--json").out)["planned"]
    assert items == 6
    assert cli("synthesize", "--model", "big", "--pilot", "5").code == 0
    ledger = Ledger(Path.cwd())
    lost = next(iter(ledger.made()))
    ledger.remove([lost.item])
    ledger.sent([Sent(lost.item, lost.doc, lost.time, 0.001, "EUR")])
    before = len(server.requests)
    done = cli("synthesize", "--model", "big", "--yes")
    assert done.code == 0
    assert "1 request was under way when a run was cut off, and may have been paid" in done.err
    assert "--again" in done.err
    assert lost.item not in {one.item for one in ledger.made()}
    assert cli("synthesize", "--model", "big", "--yes", "--again").code == 0
    assert lost.item in {one.item for one in ledger.made()}
    assert ledger.unanswered() == []
    assert len(server.requests) > before


def test_text_that_leaves_the_machine_is_told_of_and_asked_about(cli: Cli):
    add_posts()
    Path("styletune.toml").write_text('[endpoints.far]\nbase_url = "https://far.example/v1"\nmodel = "m"\n')
    done = cli("synthesize", "--model", "far")
    assert done.code == 2
    assert "Your text leaves this machine: it is sent to m at far.example." in done.err
    assert "add --yes" in done.err


@pytest.mark.parametrize("name", ["echo", "pseudo"])
def test_engines_that_are_no_models_leave_nothing_behind(cli: Cli, name: str):
    add_posts()
    done = cli("synthesize", "--model", name)
    assert done.code == 0
    assert f"{name} is no model" in done.err
    assert "6 answers: 0 usable, 6 not (100%)" in done.err
    assert "corpus list" not in done.err
    assert made() == 0


def test_an_edited_prompt_is_asked_anew(cli: Cli, serve: Serve):
    add_posts(posts=1)
    server = serve()
    assert cli("synthesize", "--prompt", "rewrite-formal", "--model", "big").code == 0
    cli("synthesize", "--copy-prompts")
    path = Path(".styletune/prompts/rewrite-formal.toml")
    path.write_text(path.read_text().replace("formal voice:", "very formal voice:"))
    assert cli("synthesize", "--prompt", "rewrite-formal", "--model", "big").code == 0
    assert (len(server.requests), made()) == (6, 6)


@pytest.mark.parametrize(("said", "sent"), [(b"n\n", 0), (b"\n", 0), (b"", 0), (b"y\n", 6), (b"YES\n", 6)])
def test_somebody_who_is_asked_decides(cli: Cli, serve: Serve, monkeypatch: pytest.MonkeyPatch, said: bytes, sent: int):
    add_posts()
    server = serve(more=PRICED)
    monkeypatch.setattr(question, "sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    done = cli("synthesize", "--model", "big", stdin=said)
    assert (done.code, len(server.requests)) == (0, sent)
    assert ("Nothing was sent." in done.err) is (sent == 0)
