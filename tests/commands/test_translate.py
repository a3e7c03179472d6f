"""``styletune translate`` from its arguments to its files."""

from pathlib import Path

import pytest

from styletune.engines.protocol import Capabilities

TRUSTED = Capabilities(trusted_text=True)
CHINESE = "# 标题\n\n花园整个上午都很安静，没有人想到傍晚之前会下雨。\n\n他们在雨里走了很久才回到家。\n"
ENGLISH = "The garden had been quiet all morning, and nobody thought that the rain would come before the evening.\n"


@pytest.fixture
def engine(use):
    return use(lambda text: f"EN {text}", capabilities=TRUSTED)


@pytest.mark.parametrize(
    ("source", "to", "output"),
    [
        ("post.md", "en", "post.en.md"),
        ("post.zh.md", "English", "post.en.md"),
        ("index.zh-hans.md", "EN_gb", "index.en-gb.md"),
        ("a b/post.md", "pt-BR", "a b/post.pt-br.md"),
    ],
)
def test_the_translation_stands_beside_its_source(cli, engine, source, to, output):
    Path(source).parent.mkdir(exist_ok=True)
    Path(source).write_text(CHINESE)
    done = cli("translate", source, "--to", to)
    assert done.code == 0, done.err
    assert Path(output).read_text() == CHINESE.replace("标", "EN 标").replace("花", "EN 花").replace("他", "EN 他", 1)


def test_all_kinds_are_translated_unless_some_are_named(cli, engine):
    Path("post.md").write_text(CHINESE)
    cli("translate", "post.md", "--to", "en", "--kinds", "heading", "-o", "-")
    assert engine.asked == ["标题"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "klingonese"], "--to: Unknown language"),
        (["--to", "en", "--from", "qq"], "--from: Unknown language"),
        (["--to", "en", "--from", "English"], "are the same language"),
        ([], "--to"),
    ],
)
def test_languages_are_checked(cli, engine, arguments, message):
    Path("post.md").write_text(CHINESE)
    done = cli("translate", "post.md", *arguments)
    assert done.code == 2
    assert message in done.err
    assert engine.asked == []


def test_files_in_the_target_language_are_no_inputs(cli, engine):
    Path("named.en.md").write_text(CHINESE)
    Path("declared.md").write_text(f"---\nlang: en\n---\n{CHINESE}")
    Path("guessed.md").write_text(ENGLISH * 5)
    Path("post.md").write_text(CHINESE)
    done = cli("translate", ".", "--to", "en")
    assert done.code == 0
    assert "Skipped 3 files: in English already." in done.err
    assert Path("post.en.md").exists()
    assert len(engine.asked) == 3


def test_a_named_file_in_the_target_language_is_a_notice(cli, engine):
    Path("post.en.md").write_text(ENGLISH)
    done = cli("translate", "post.en.md", "--to", "en")
    assert done.code == 0
    assert "post.en.md is in English already; there is nothing to do." in done.err
    assert engine.asked == []


def test_a_person_who_names_the_source_language_is_believed_over_a_guess(cli, engine):
    Path("post.md").write_text(ENGLISH * 5)
    assert cli("translate", "post.md", "--to", "en", "--from", "sco").code == 2
    done = cli("translate", "post.md", "--to", "en", "--from", "nl")
    assert done.code == 0
    assert len(engine.asked) == 1


def test_two_languages_of_one_post_that_would_meet_are_refused(cli, engine):
    for name in ("post.zh.md", "post.fr.md"):
        Path(name).write_text(CHINESE)
    done = cli("translate", ".", "--to", "en")
    assert done.code == 2
    assert "would both be written to post.en.md. Name only one of them, or tell with --from" in done.err
    assert engine.asked == []
    done = cli("translate", ".", "--to", "en", "--from", "zh")
    assert (done.code, len(engine.asked)) == (0, 3)
    assert "Skipped 1 file: in French, not in Chinese." in done.err


@pytest.fixture
def folders():
    """A blog with a folder for each language, and one post that a person has translated."""
    Path("styletune.toml").write_text('[translate]\noutput = "content/{lang}/{path}"\n')
    for name in ("content/zh/new.md", "content/zh/known.md", "content/en/known.md", "content/en/english.md"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(CHINESE)  # what the text is in does not count where a folder tells


def test_folders_of_languages_stop_no_run_and_a_persons_translation_stays(cli, engine, folders):
    done = cli("translate", "content", "--to", "en")
    assert done.code == 2
    assert "Skipped 2 files: in English already." in done.err
    assert "content/en/known.md was not written by styletune, so it was left as it is." in done.err
    assert Path("content/en/known.md").read_text() == CHINESE
    assert Path("content/en/new.md").read_text().startswith("# EN")


def test_from_leaves_out_what_a_folder_or_a_header_declares_to_be_in_another_language(cli, engine, folders):
    Path("content/zh/german.de.md").write_text(CHINESE)
    done = cli("translate", "content", "--to", "fr", "--from", "zh")
    assert done.code == 0, done.err
    assert "Skipped 2 files: in English, not in Chinese." in done.err
    assert "Skipped 1 file: in German, not in Chinese." in done.err
    assert sorted(path.name for path in Path("content/fr").iterdir()) == ["known.md", "new.md"]


def test_a_named_file_is_translated_from_the_language_that_was_named(cli, engine, folders):
    done = cli("translate", "content/en/english.md", "--to", "fr", "--from", "zh")
    assert done.code == 0, done.err
    assert Path("content/fr/english.md").exists()


def test_the_second_run_over_a_folder_translates_no_translation(cli, engine):
    Path("post.md").write_text(CHINESE)
    cli("translate", ".", "--to", "en")
    cli("translate", ".", "--to", "fr")
    assert sorted(path.name for path in Path().glob("*.md")) == ["post.en.md", "post.fr.md", "post.md"]


def test_in_place_twice_is_once_and_flagged_blocks_are_still_told(cli, use):
    engine = use(lambda text: "" if "雨里" in text else ENGLISH.strip())
    Path("post.md").write_text(CHINESE.split("\n", 2)[2])
    assert cli("translate", "post.md", "--to", "en", "--in-place").code == 1
    once, asked = Path("post.md").read_bytes(), len(engine.asked)
    assert ENGLISH.encode() in once
    done = cli("translate", "post.md", "--to", "en", "--in-place")
    assert done.code == 1
    assert (Path("post.md").read_bytes(), len(engine.asked)) == (once, asked)


def test_standard_input_in_the_target_language_comes_back(cli, engine):
    done = cli("translate", "-", "--to", "en", stdin=ENGLISH.encode() * 5)
    assert (done.code, done.out) == (0, ENGLISH.encode() * 5)
    assert engine.asked == []
    assert "in the target language already" in done.err


def test_lines_that_a_person_picked_are_translated_whatever_the_rest_is_in(cli, engine):
    text = ENGLISH * 5 + "\n她很高兴。\n"
    done = cli("translate", "-", "--to", "en", "--lines", "7", stdin=text.encode())
    assert done.out.decode() == text.replace("她", "EN 她")


def test_a_file_outside_all_profiles_with_a_language_fails_alone(cli):
    for name in ("a/post.md", "b/post.md"):
        Path(name).parent.mkdir()
        Path(name).write_text("# Trains\n\nThe train to Basel was late again today, as it is on most days.\n")
    Path("styletune.toml").write_text('[profiles.a]\npaths = ["a/**"]\nto = "de"\n')
    done = cli("translate", "a", "b", "--model", "pseudo")
    assert done.code == 2
    assert "b/post.md: Into which language?" in done.err
    assert Path("a/post.de.md").exists()
    alone = cli("translate", "b", "--model", "pseudo")
    assert (alone.code, "Into which language?" in alone.err) == (2, True)


def test_a_model_without_a_name_is_wrong_use(cli):
    Path("post.md").write_text("Text.\n")
    done = cli("translate", "post.md", "--to", "de", "--model", "")
    assert (done.code, "--model needs a name" in done.err) == (2, True)
