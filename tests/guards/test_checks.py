import pytest

from styletune.guards import GUARDS, STRUCTURAL, GuardContext, check
from styletune.markdown.marks import MarkMode
from styletune.memory.recall import Term

REWRITE = GuardContext("rewrite", source_lang="en")
EN_ZH = GuardContext("translate", source_lang="en", target_lang="zh")
ZH_EN = GuardContext("translate", source_lang="zh", target_lang="en")
EN_DE = GuardContext("translate", source_lang="en", target_lang="de")
CUT = GuardContext("rewrite", finish="length")
NO_ROOM = GuardContext("rewrite", finish="context")
NAMED = GuardContext("rewrite", mark_names={1: "the link https://example.org"})
PROMPTED = GuardContext("rewrite", prompt=("Answer with the rewritten paragraph only. Be brief.",))
FREE = GuardContext("translate", "en", "de", glossary=(Term("free software", "freie Software", "de"),))
KEEPERS = GuardContext("translate", "en", "zh", glossary=(Term("maintainer", "维护者", "zh"),))
KEPT = GuardContext("translate", "en", "de", glossary=(Term("Widget"),))
SPARING = GuardContext("rewrite", never_say=("delve into", "leverag*", "赋能"))
VISIBLE = GuardContext("rewrite", mask_mode=MarkMode.VISIBLE)

PROSE = "I have been meaning to write about my backup setup for about two years now."
GERMAN = "Ich wollte schon seit langer Zeit etwas über meine Sicherungen und über alte Festplatten schreiben, wirklich."

REFUSED = [
    # guard, source, target, context, part of the reason
    ("empty", "Some text.", "", REWRITE, "the answer is empty"),
    ("empty", "Some text.", " \n", REWRITE, "the answer is empty"),
    ("truncation", PROSE, "I have been meaning to write", CUT, "cut off at the token limit"),
    ("truncation", PROSE, "I have been", NO_ROOM, "does not fit"),
    ("truncation", PROSE, "I have long been meaning to write about my backup and the", REWRITE, "mid-sentence"),
    ("truncation", "It works. I know it does.", "它能用。我知道它的确", EN_ZH, "mid-sentence"),
    ("length", PROSE + " " + PROSE, "I write.", REWRITE, "much shorter"),
    ("length", "Wait.", "Wait for it, and " + "then some more of it, ".join(map(str, range(9))), REWRITE, "much longer"),
    ("length", "Wait.", "x" * 1_000_000, REWRITE, "far longer"),
    ("length", "Wait.", "x " * 1_000_000, REWRITE, "far longer"),
    ("repetition", PROSE, "I have been sorry. I'm sorry, I'm sorry, I'm sorry, I'm sorry, I'm sorry.", REWRITE, "repeats"),
    ("repetition", PROSE, "我一直想写写备份，很好很好很好很好很好很好。", EN_ZH, "repeats itself"),
    ("repetition", PROSE, "I meant to write this. So it goes. I meant to write this.", REWRITE, "says a sentence twice"),
    ("marks", "Run ⟦1⟧ at ⟦2⟧.", "Run it at ⟦2⟧.", REWRITE, "the mark ⟦1⟧ is missing"),
    ("marks", "Run ⟦1⟧.", "Run ⟦1⟧ and ⟦2⟧.", REWRITE, "the mark ⟦2⟧ was added"),
    ("marks", "Run ⟦1⟧.", "Run ⟦1⟧, ⟦1⟧.", REWRITE, "the mark ⟦1⟧ stands there twice"),
    ("marks", "See [this](⟦1⟧).", "See this.", NAMED, "the link https://example.org is missing"),
    ("marks", "Run ⟦1⟧.", "Run ⟦1⟧ ⟦.", REWRITE, "a mark is damaged"),
    ("links", "See [this](⟦1⟧).", "See this ⟦1⟧.", REWRITE, "the mark ⟦1⟧ lost its text"),
    ("links", "Run ⟦1⟧ now.", "Run [it](⟦1⟧) now.", REWRITE, "became the target of a link"),
    ("links", "See [this](https://a.org).", "See this.", VISIBLE, "the link to https://a.org is missing"),
    ("links", "See this.", "See [this](https://a.org).", REWRITE, "the link to https://a.org was added"),
    ("links", "See https://a.org/b now.", "See https://a.org/c now.", VISIBLE, "https://a.org/b is missing"),
    ("links", "See [this][ref] now.", "See [this][that] now.", VISIBLE, "[ref] is missing"),
    ("code", "Run `make` now.", "Run make now.", VISIBLE, "the code `make` is missing"),
    ("code", "Run make now.", "Run `make` now.", REWRITE, "the code `make` was added"),
    ("html", "Press <kbd>X</kbd> now.", "Press X now.", VISIBLE, "the tag <kbd> is missing"),
    ("html", "Press X now.", "Press <b>X</b> now.", VISIBLE, "the tag <b> was added"),
    ("emphasis", "It is **not** so.", "It is not so.", REWRITE, "bold text was lost"),
    ("emphasis", "It is _not_ so.", "It is **not** so.", REWRITE, "emphasis was lost"),
    ("emphasis", "It is not so.", "It is *not* so.", REWRITE, "emphasis was added"),
    ("emphasis", "**It is hard.** No one knows.", "**这很难。**没有人知道。", EN_ZH, "bold text was lost"),
    ("blocks", "Apples and pears.", "- Apples.\n- Pears.", REWRITE, "it came back as a list"),
    ("blocks", "Apples and pears.", "# Fruit\n\nApples and pears.", REWRITE, "it came back as a heading"),
    ("blocks", "Apples and pears.", "Apples.\n\nPears.", REWRITE, "it came back as 2 paragraphs"),
    ("fence", "Apples and pears.", "Apples\n```\npears", REWRITE, "code fence"),
    ("control", "Apples.", "App\x1b[31mles.", REWRITE, "the control character U+001B"),
    ("preamble", PROSE, "Here is the rewritten text: I wanted to write about backups.", REWRITE, "begins with a remark"),
    ("preamble", PROSE, "Sure! I have long wanted to write about my backups.", REWRITE, "“Sure!”"),
    ("preamble", "这台服务器很慢，也很旧。", "Sure, this server is slow and old.", ZH_EN, "“Sure,”"),
    ("preamble", "太棒了！你做到了！", "Here is the translation: Great! You did it!", ZH_EN, "begins with a remark"),
    ("preamble", "太棒了！你做到了！", "Great! Here is the translation: You did it!", ZH_EN, "begins with a remark"),
    ("preamble", PROSE, "以下是翻译：我一直想写写我的备份。", EN_ZH, "begins with a remark"),
    ("preamble", PROSE, "Hier ist die Übersetzung: Ich wollte schon lange schreiben.", EN_DE, "begins with a remark"),
    ("preamble", PROSE, "Voici le texte réécrit : je voulais écrire.", REWRITE, "begins with a remark"),
    ("preamble", PROSE, "Aquí está la traducción: quería escribir.", REWRITE, "begins with a remark"),
    ("preamble", PROSE, "以下は翻訳です：バックアップについて書きたい。", REWRITE, "begins with a remark"),
    ("remark", PROSE, "I wanted to write. I made a few minor changes to improve clarity.", REWRITE, "holds a remark"),
    ("remark", PROSE, "I'm sorry for the confusion, but I cannot see it.", REWRITE, "holds a remark"),
    ("remark", PROSE, "I wanted to write.\n\nNote: I kept the names.", REWRITE, "holds a remark"),
    ("quotes", "He has gone home.", "“He went home.”", REWRITE, "quotation marks"),
    ("thinking", "He has gone.", "<think>Hm.</think>He left.", REWRITE, "thinking"),
    ("leakage", "He has gone.", "He left.<|im_end|>", REWRITE, "<|im_end|>"),
    ("leakage", "He has gone.", "He left.\n### Response:\nHe left", REWRITE, "### Response"),
    ("leakage", "He has gone.", "Answer with the rewritten paragraph only. He left.", PROMPTED, "piece of the prompt"),
    ("leakage", "It is late, so go.", "It is late, answer with the rewritten paragraph only, so go.", PROMPTED, "prompt"),
    ("echo", PROSE, PROSE, EN_DE, "it was not translated"),
    ("echo", PROSE, PROSE.replace("two", "three"), EN_ZH, "it was not translated"),
    ("untranslated", f"It is late, and it rains. We stay at home. {PROSE}", f"Es ist spät, und es regnet. Wir bleiben zu Hause. {PROSE}", EN_DE, "a part was not translated"),
    (
        "untranslated",
        "It rained, and so we stayed at home the whole day long",
        "Es regnete, and so we stayed at home the whole day long",
        EN_DE,
        "a part was not translated",
    ),
    ("script", PROSE, "Ich wollte schon lange über meine Sicherungen schreiben.", EN_ZH, "not written in Chinese"),
    ("script", "Opening a pull request is easy", "打开 a pull request is easy", EN_ZH, "not written in Chinese"),
    ("script", PROSE, "我一直想写写我的备份设置，已经两年了。", REWRITE, "not written in English"),
    ("script", PROSE, "我一直想写写我的备份设置，已经两年了。", GuardContext("rewrite"), "another language"),
    ("language", PROSE, "Yo quería escribir desde hace dos años sobre mis copias de seguridad, pero no tengo tiempo.", EN_DE,
     "it seems to be Spanish, not German"),
    ("language", PROSE, GERMAN, REWRITE, "it seems to be German, not English"),
    ("numbers", "It took 42 hours.", "It took hours.", REWRITE, "the number 42 is missing"),
    ("numbers", "It took hours.", "It took 3 hours.", REWRITE, "the number 3 was added"),
    ("numbers", "It cost three dollars.", "Es kostete fünf Dollar.", EN_DE, "the number three is missing"),
    ("numbers", "It cost three dollars.", "它花了五美元。", EN_ZH, "the number three is missing"),
    ("mixed", "It has a slightly different meaning.", "它有一个slightly不同的含义。", EN_ZH, "“slightly”"),
    ("mixed", "A paragraph needs its own heading.", "每个 paragraph needs its own heading，好。", EN_ZH, "were not translated"),
    ("mixed", "为组织研讨会或线下分享。", "For organizing workshops or线下 sharing.", ZH_EN, "not translated: “线下”"),
    ("mixed", "写演讲稿的时候，想想听众。", "When writing your **speech稿**, think of them.", ZH_EN, "“稿”"),
    ("thinking", "He has gone.", "Okay, so the user wants me to rewrite this. He left.", REWRITE, "thinking"),
    ("leakage", "He has gone.", "Section: Home\nHe left.", REWRITE, "piece of the prompt: Section:"),
    ("leakage", "He has gone.", "Rewrite this paragraph: he left.", REWRITE, "piece of the prompt"),
    ("preamble", "See ⟦1⟧ and find the section.", "Change:\nShow ⟦1⟧ and find the section.", REWRITE, "remark of the model"),
    ("content", PROSE, "Bread wants flour, water, salt, patience and a very hot oven before anything else comes to mind.", REWRITE, "hardly says"),
    ("names", "I met Wilkinson in the city.", "Ich traf Tomasz in der Stadt.", EN_DE, "the name Wilkinson is missing"),
    ("names", "I use GitHub at work.", "我在工作中使用 GitLab。", EN_ZH, "the name GitLab was added"),
    ("names", "Ask @alice about it.", "Frag @bob danach.", EN_DE, "the name @alice is missing"),
    ("names", "See [Jekyll](⟦1⟧) first.", "Siehe zuerst [Ottokar](⟦1⟧).", EN_DE, "the name Jekyll is missing"),
    ("quotations", "He called it “a fork” then.", "Er nannte es damals „einen Fork.", EN_DE, "stands alone"),
    ("quotations", "He called it “a fork” then.", "那时他称之为「分叉。", EN_ZH, "stands alone"),
    ("quotations", "Run ⟦1⟧ now.", "Run “⟦1⟧” now.", REWRITE, "put around code"),
    ("glossary", "We use free software.", "Wir nutzen quelloffene Programme.", FREE, "not rendered as “freie Software”"),
    ("glossary", "The maintainer left.", "保管员离开了。", KEEPERS, "“maintainer” is not rendered as “维护者”"),
    ("glossary", "Our Widget is new.", "Unser Dings ist neu.", KEPT, "the term “Widget” was not kept"),
    ("never_say", "We look into it.", "We delve into it.", SPARING, "it says “delve into”"),
    ("never_say", "We use it.", "We are leveraging it.", SPARING, "it says “leverag*”"),
    ("never_say", "We use it.", "我们为它赋能。", SPARING, "it says “赋能”"),
]  # fmt: skip

ACCEPTED = [
    (PROSE, "For two years I have wanted to write about my backups.", REWRITE),
    (PROSE, "两年来，我一直想写写我的备份设置。", EN_ZH),
    (PROSE, "Seit zwei Jahren will ich schon über meine Sicherungen schreiben.", EN_DE),
    (
        "Be brief, he said, and answer with the rewritten paragraph only.",
        "Be brief. Answer with the rewritten paragraph only.",
        PROMPTED,
    ),
    ("Docker Compose", "Docker Compose", EN_DE),
    ("Sure, it works.", "Sure, it does work.", REWRITE),
    ("Here is the text of my talk.", "Here is my talk's text.", REWRITE),
    ("See [the manual](⟦1⟧) for ⟦2⟧.", "For ⟦2⟧, read [the manual](⟦1⟧).", REWRITE),
    ("It is **not** so.", "So it is **not**.", REWRITE),
    ("“Go home,” he said. “Now.”", "“Go home,” he said. “At once.”", REWRITE),
    ("The index was wrong for 42 of 1,250 files.", "Bei 42 von 1.250 Dateien war der Index falsch.", EN_DE),
    ("Notes on style", "On style", REWRITE),
    ("Run the `make` target.", "Run the target `make`.", VISIBLE),
    ("It was a long, long, long, long, long, long, long, long day.", "It was a long, long, long day.", REWRITE),
    ("Users: read this", "用户：请阅读", EN_ZH),
    ("It cost three dollars.", "它花了三美元。", EN_ZH),
    ("I went to Germany in May.", "Ich war im Mai in Deutschland.", EN_DE),
    ("I met Wilkinson's wife in the city.", "Ich traf Wilkinsons Frau in der Stadt.", EN_DE),
    ("I read about GitHub there.", "Dort las ich über die GitHub-Seite.", EN_DE),
    ("We use free software.", "Wir lebten von freier Software.", FREE),
    ("Maintainers matter.", "维护者很重要。", KEEPERS),
    ("We delve into it.", "We do delve into it.", SPARING),
    ("I said “go” and “stay”.", "Ich sagte „geh“ und »bleib«.", EN_DE),
    ("I opened an issue and a pull request.", "我提了一个 issue 和一个 pull request。", EN_ZH),
    (
        "— Peter Cooper, “How to Spread the Word About Your Code”",
        "— Peter Cooper, “How to Spread the Word About Your Code”",
        EN_DE,
    ),
    ("He is a member of every other club.", "Er ist in jedem zweiten Verein Mitglied.", EN_DE),
]


@pytest.mark.parametrize(("guard", "source", "target", "context", "reason"), REFUSED)
def test_a_guard_refuses_and_nothing_else_does_it_for_it(guard, source, target, context, reason):
    reasons = [finding.reason for finding in check(source, target, context=context) if finding.guard == guard]
    assert [text for text in reasons if reason in text]
    disabled = check(source, target, context=context, disabled=frozenset({guard}))
    assert guard not in {finding.guard for finding in disabled}


@pytest.mark.parametrize(("source", "target", "context"), ACCEPTED)
def test_good_outputs_pass(source, target, context):
    assert check(source, target, context=context) == []


def test_every_guard_is_tried():
    assert {case[0] for case in REFUSED} == set(GUARDS)
    assert set(GUARDS) >= STRUCTURAL


def test_trusted_text_meets_the_structural_guards_only():
    trusted = GuardContext("translate", source_lang="en", target_lang="zh", trusted_text=True)
    assert check(PROSE, f"[{PROSE.upper()} 1 2 3", context=trusted) == []
    findings = check("Run ⟦1⟧.", "Run it in 3 days", context=trusted)
    assert [finding.guard for finding in findings] == ["marks"]


def test_missing_and_added_are_told_apart_in_one_report():
    findings = check("Run ⟦1⟧ for 42 hours.", "Run ⟦2⟧ for 43 hours.", context=REWRITE)
    assert [finding.reason for finding in findings] == [
        "the mark ⟦1⟧ is missing",
        "the mark ⟦2⟧ was added",
        "the number 42 is missing",
        "the number 43 was added",
    ]


def test_wording_of_a_correction_may_be_taken_up_and_the_whole_of_it_may_not():
    example = "None of them had seen a ship before that summer, when the harbour opened."
    context = GuardContext("rewrite", examples=(example,))
    source = "The children from the hills did not know any boat until then."
    taken_up = "The children from the hills: none of them had seen a ship before then."
    assert not [finding for finding in check(source, taken_up, context=context) if finding.guard == "leakage"]
    repeated = [finding.guard for finding in check(source, example, context=context)]
    assert "leakage" in repeated
