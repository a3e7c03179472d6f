import pytest

from styletune.guards import GuardContext
from styletune.guards.names import names

KEPT = [
    ("en", "de", "I showed it to Wilkinson later.", "Später zeigte ich es Wilkinson."),
    ("en", "de", "It came from Wilkinson's shop.", "Es kam aus Wilkinsons Laden."),
    ("en", "de", "We moved to Germany in May.", "Wir zogen im Mai nach Deutschland."),
    ("en", "de", "A search on GitHub helps.", "Eine GitHub-Suche hilft."),
    ("en", "de", "See the Terms of Service.", "Siehe die Nutzungsbedingungen."),
    ("en", "fr", "I read it on Wikipedia then.", "Je l'ai lu alors sur Wikipédia."),
    ("en", "es", "They speak French and English.", "Hablan francés e inglés."),
    ("de", "en", "Das Haus der Familie ist alt.", "The family's house is old."),
    ("en", "zh", "I met Alice in the city.", "我在城里遇见了爱丽丝。"),
    ("en", "zh", "I host it on GitHub today.", "现在我把它放在 GitHub 上。"),
    ("zh", "en", "我在 GitHub 上写代码。", "I write code on GitHub."),
    ("en", "en", "Sometimes it rains.", "Often it rains."),
    ("en", "es", "Additional Resources", "Recursos adicionales"),
    ("en", "es", "Tips for Self-Care as a Maintainer:", "Consejos para el autocuidado como encargado:"),
    ("en", "de", "How to Contribute to Open Source", "Wie zu Open Source beitragen?"),
    ("en", "fr", "Those drive the project (They may also own it.)", "Ils mènent le projet (ils peuvent le posséder)."),
    ("en", "fr", "Ask before CCing them.", "Demandez avant de les mettre en copie."),
    (None, None, "I met her in Paris.", "I met her in Paris once."),
]

BROKEN = [
    ("en", "de", "I showed it to Wilkinson later.", "Später zeigte ich es Tomasz.", ["the name Wilkinson is missing"]),
    ("en", "de", "I showed it to a friend (Wilkinson).", "Ich zeigte es einem Freund.", ["the name Wilkinson is missing"]),
    ("en", "de", "Ask Wilkinson.", "Frag Tomasz.", ["the name Wilkinson is missing"]),
    ("en", "fr", "I asked @alice twice.", "J'ai demandé deux fois.", ["the name @alice is missing"]),
    ("en", "de", "We use GitHub.", "Wir nutzen GitLab-Server.", ["the name GitHub is missing", "the name GitLab was added"]),
    ("en", "zh", "I host it on GitHub today.", "现在我把它放在 Bitbucket 上。", ["the name Bitbucket was added"]),
    ("zh", "en", "我在 GitHub 上写代码。", "I write code on a site.", ["the name GitHub is missing"]),
    ("zh", "zh", "我在 GitHub 上写代码。", "我在网站上写代码。", ["the name GitHub is missing"]),
    ("en", "en", "I met him in the city.", "I met Tomasz in the city.", ["the name Tomasz was added"]),
    ("en", "es", "— Lena Reinhard", "— Mercurial Reinhard", ["the name Lena is missing"]),
]  # fmt: skip


def context(before, after):
    task = "rewrite" if before == after else "translate"
    return GuardContext(task, source_lang=before, target_lang=after if task == "translate" else None)


@pytest.mark.parametrize(("before", "after", "source", "target"), KEPT)
def test_names_that_are_there_in_some_form_raise_no_alarm(before, after, source, target):
    assert list(names(source, target, context(before, after))) == []


@pytest.mark.parametrize(("before", "after", "source", "target", "reasons"), BROKEN)
def test_names_that_are_lost_or_swapped_are_named(before, after, source, target, reasons):
    assert list(names(source, target, context(before, after))) == reasons
