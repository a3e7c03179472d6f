"""What models say around the text they were asked for, in several languages."""

import regex

_WHAT = (
    r"(?:text|paragraph|version|translation|rewrite|sentence|passage|revision|rewriting|rephrasing|summary|edit|"
    r"segment|content|draft|output|result|suggestion)"
)

_OPENING = [
    r"(?:sure|certainly|of course|absolutely|okay|ok|great|no problem|understood|got it)\s*[!,.:—–-]",
    rf"(?:here(?:'s|’s| is| are)|below is|this is|the following is)\s[^.!?\n]{{0,60}}\b{_WHAT}s?\b",
    rf"(?:the |my |your )?(?:rewritten|revised|translated|edited|improved|corrected|updated)\s+{_WHAT}\b[^.!?\n]{{0,30}}[:：]",
    rf"(?:rewritten|translation|rewrite|revised|{_WHAT})(?: \([^)\n]*\))?\s*[:：]",
    r"(?:好的|当然(?:可以)?|没问题)\s*[，,。！!：:]",
    r"(?:以下|下面|这)是?[^。！？\n]{0,20}(?:译文|翻译|改写|重写|版本|文本|段落)[^。！？\n]{0,12}",
    r"(?:译文|翻译|改写|重写|改写后|重写后)(?:如下|结果|的文本)?\s*[:：]",
    r"(?:はい|承知(?:いた)?しました|もちろん(?:です)?|わかりました)[、。！]",
    r"(?:以下|こちら)[はがに][^。！？\n]{0,20}(?:翻訳|訳|書き直|文章)[^。！？\n]{0,12}",
    r"(?:翻訳|訳文|書き直し)\s*[:：]",
    r"(?:natürlich|gerne?|klar|selbstverständlich|sicher)\s*[!,:]",
    r"hier (?:ist|sind|kommt)\s[^.!?\n]{0,50}(?:text|absatz|übersetzung|fassung|version)",
    r"(?:übersetzung|umgeschrieben|überarbeitet\w*(?: \w+)?)\s*:",
    r"(?:bien sûr|certainement|d['’]accord|avec plaisir)\s*[!,.:]",
    r"voici\s[^.!?\n]{0,50}(?:texte|paragraphe|traduction|version|réécriture)",
    r"(?:traduction|texte réécrit|version réécrite)\s*:",
    r"(?:claro|por supuesto|desde luego|con gusto)\s*[!,.:]",
    r"¡\s*(?:claro|por supuesto|desde luego|con gusto)[^!\n]{0,20}!",
    r"aquí (?:está|tienes?|tiene|va)\s[^.!?\n]{0,50}(?:texto|párrafo|traducción|versión)",
    r"(?:traducción|texto reescrito|versión reescrita)\s*:",
]

PREAMBLE = regex.compile(rf"[\s\"“*_#>-]*(?:{'|'.join(_OPENING)})", regex.IGNORECASE)
"""An announcement at the start of an answer."""

ANNOUNCEMENT_END = regex.compile(r"[^\n]{0,160}?[:：。.!！][*_]{0,2}[ \t]*(?:\n\s*|$)")
"""From the start of an announcement to where the text begins on a line of its own."""

REMARK = regex.compile(
    r"(?:^|\n)\s*[(*_\[]*(?:note|notes|changes made|changes|explanation|key changes|注|注意|说明|備考|hinweis|anmerkung|"
    r"remarque|nota)[*_]*\s*[:：]"
    r"|\bI(?:['’]ve| have)?\s+(?:made|changed|added|removed|replaced|corrected|kept|rewrote|rewritten|rephrased|simplified)\s"
    r"[^.\n]{0,40}\b(?:changes?|adjustments?|edits?|tweaks?|corrections?|original|paragraph|sentence|wording|clarity|grammar)\b"
    r"|\b(?:let me know if you (?:need|want|have|would|['’]d)|feel free to (?:ask|let me|reach out)|I hope this helps|hope that helps)\b"
    r"|\bI made the following\b",
    regex.IGNORECASE,
)
"""Notes on the answer."""

CHAT = regex.compile(
    r"^\W*(?:I['’]m (?:sorry|glad|happy|here to (?:help|assist)|ready to)|I am (?:sorry|glad|happy)|I apologi[sz]e|"
    r"thank you for|thanks for (?:sharing|asking)|as an AI|as a language model|please (?:provide|share|go ahead)|"
    r"I can(?:['’]t|not) (?:help|assist|provide)|抱歉|对不起，我|作为一个|作为AI|申し訳)"
    r"|\b(?:your (?:paragraph|request|instructions?|prompt)|(?:the provided|the given|the original) (?:paragraph|text|message|prompt))\b",
    regex.IGNORECASE,
)
"""An answer to the author instead of the text."""

THINKING_ALOUD = regex.compile(
    r"^\W*(?:(?:okay|ok|alright|hmm|first|well)[,.]?\s+)?(?:so,?\s+)?(?:the user (?:wants|asked|is asking|gave|has given)|"
    r"(?:I|we) (?:need|have) to (?:translate|rewrite|rephrase)|let me (?:translate|rewrite|rephrase|think))\b"
    r"|^\W*(?:好的?，)?(?:用户(?:希望|要求|让我)|我需要(?:翻译|改写))",
    regex.IGNORECASE,
)
"""Reasoning that begins an answer without any tag around it."""

LABELS = regex.compile(
    r"^(?:The paragraph before|Section|Terms|Rules|Before|After|Segment): (?=\S)"
    r"|^(?:Rewrite|Translate) this paragraph\b|\bkeeping (?:⟦\d+⟧ ?)+unchanged",
    regex.MULTILINE,
)
"""What the slots of a prompt are called."""
