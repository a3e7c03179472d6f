"""How models decline to answer, in several languages."""

import regex

_SORRY = (
    r"(?:I['’]m (?:very |so |really )?sorry|I am (?:very )?sorry|sorry|(?:my )?apologies|I apologi[sz]e|unfortunately|"
    r"(?:很|非常|十分)?抱歉|对不起|不好意思|很遗憾|(?:大変)?申し訳(?:ありません|ございません)|すみません|残念ながら|"
    r"es tut mir leid|entschuldigung|leider|lo siento|lamento|désolée?|je suis désolée?|malheureusement)"
)
_CANNOT = (
    r"(?:\b(?:I|we)\s+(?:can(?:['’]t|not| not)|could(?:n['’]t| not)|won['’]t|am (?:not able|unable)|(?:['’]m) (?:not able|unable)|"
    r"do(?: not|n['’]t) feel comfortable|must decline|have to decline)|\bI['’]m (?:not able|unable)|"
    r"无法|不能|不可以|没办法|できません|できかねます|いたしかねます|お手伝い|お応え|"
    r"\b(?:(?:ich|wir) (?:kann|können|darf)|(?:kann|können|darf) (?:ich|wir))\b[^.!?\n]{0,60}\bnicht|\bno (?:puedo|podemos)|\bje ne (?:peux|suis)\b)"
)
_HELP = (
    r"(?:help|assist|comply|fulfil|fulfill|provide|do that|rewrite|translate|rephrase|paraphrase|generate|create|write|"
    r"continue|answer|process|complete|engage|access|see|"
    r"提供|协助|帮助|满足|完成|回答|翻译|改写|处理|继续|生成|翻訳|書き|回答|対応|お手伝い|お応え|"
    r"helfen|übersetzen|umschreiben|ayudar|traducir|reescribir|aider|traduire|réécrire)"
)
_AS_AN_AI = (
    r"(?:as an? (?:AI|artificial intelligence|(?:large )?language model)\b|作为一?[个款名](?:AI|人工智能|语言模型|大型语言模型)|"
    r"(?:我|私)(?:是|は)(?:一个|一款)?(?:AI|人工智能|言語モデル)|AI(?:言語モデル|アシスタント)として|als (?:KI|Sprachmodell)\b|"
    r"como (?:una )?(?:IA|modelo de lenguaje)\b|en tant qu['’](?:IA|intelligence artificielle))"
)
_REFUSAL = regex.compile(
    rf"^\W*(?:{_SORRY}[^\n]{{0,80}}?{_CANNOT}|{_AS_AN_AI}|{_CANNOT}\s?[^.!?。！？\n]{{0,40}}?{_HELP})", regex.IGNORECASE
)
_APOLOGY = regex.compile(rf"{_SORRY}|{_AS_AN_AI}|{_CANNOT}", regex.IGNORECASE)


def refuses(answer: str, text: str) -> bool:
    """Tell whether an answer is a refusal; a text that itself says that somebody is sorry makes that unsure."""
    found = _REFUSAL.search(answer)
    return bool(found) and not _APOLOGY.search(text)
