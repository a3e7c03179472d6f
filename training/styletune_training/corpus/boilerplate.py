"""Blocks that stand in posts and are no prose of their author: by-lines, licences, navigation."""

import regex

from styletune.text.tokens import length

_MOST_WORDS = 45
"""Words from which on a block that begins like boilerplate says more than that."""

_ENGLISH = r"""
    (?:this\s+(?:post|article|essay|piece|story|tutorial)\s+)?(?:was\s+|is\s+|has\s+been\s+)?
        (?:originally|first|also|previously|cross-?)\s?-?(?:published|posted|appeared|posted)\s+(?:at|on|in|by|from|to)\b
  | cross-?post(?:ed)?\s+(?:at|on|from|to)\b
  | (?:written|posted|published|authored|edited)\s+(?:by|on)\b[^.!?]{0,80}$
  | (?:©|&copy;|\(c\)\s|copyright\s+(?:©|&copy;|\(c\)|\d{4}))
  | (?:all\s+rights\s+reserved|some\s+rights\s+reserved)
  | (?:except\s+where\s+otherwise\s+noted|(?:this|the)\s+(?:work|content|text|post|article|site|blog|page|website)\b
        [^.]{0,40}\b(?:is|are)\s+(?:dual-?)?licen[sc]ed\s+under)
  | licen[sc]ed\s+under\b
  | (?:(?:discuss|comment|vote|discussion)\s+(?:this\s+)?(?:\w+\s+)?on|comments?\s+on)\s+\W*
        (?:hacker\s*news|hn|reddit|lobste\.?rs|twitter|x|mastodon|github|linkedin)\b[^.!?]{0,40}[.!?]?\W*$
  | (?:edit|view)\s+this\s+(?:page|post)\b
  | (?:share|tweet|like)\s+this\b[^.!?]{0,40}$
  | (?:read\s+more|continue\s+reading|back\s+to\s+(?:the\s+)?(?:top|home|index|blog)|skip\s+to\s+(?:the\s+)?content|
        (?:←|«|<|&larr;)?\s*(?:previous|prev|older|newer|next)(?:\s+(?:post|page|article|chapter|entry))?
        s?(?:\s*[:：].*|\s*(?:→|»|>|&rarr;))?|table\s+of\s+contents|contents|toc)\W*$
  | subscribe\s+(?:to|via|for)\b[^.!?]{0,80}[.!?]?$
  | (?:\d+\s*(?:min(?:ute)?s?)\s*read)\W*$
"""
_CHINESE = r"""
    (?:原文|原載|原载)(?:链接|連結|鏈接|地址|出处|网址|标题|作者)?\s*[:：]
  | (?:本文|此文|该文)[^。！？]{0,12}(?:首发|首發|发表|發表|转载|轉載|采用|採用|遵循|授权|授權|最初|同步)[^。！？]*[。！？]?$
  | (?:转载|轉載)(?:请|請|自|时|須|须)
  | (?:版权|版權)(?:声明|聲明|所有|归)
  | (?:未经|未經)[^。！？]{0,20}(?:转载|轉載|许可|授权)
  | (?:上一[篇页章]|下一[篇页章]|返回(?:顶部|首页|目录)|阅读(?:全文|更多|原文)|目录|目錄)\s*(?:[:：].*)?$
  | (?:欢迎)?(?:关注|訂閱|订阅)(?:我|本)[^。！？]{0,30}(?:公众号|频道|邮件)[^。！？]*[。！？]?$
"""
_JAPANESE = r"""
    (?:前の記事|次の記事|続きを読む|トップへ戻る|目次)\s*(?:[:：].*)?$
  | (?:無断転載)
"""
_OTHERS = r"""
    (?:ursprünglich|zuerst)\s+(?:erschienen|veröffentlicht)\b
  | (?:publié\s+(?:initialement|à\s+l.origine)|initialement\s+publié|publicado\s+originalmente|originalmente\s+publicado)\b
  | (?:inhaltsverzeichnis|table\s+des\s+matières|índice|sommaire)\W*$
"""
_BOILERPLATE = regex.compile(
    rf"[\W_]*(?:{_ENGLISH}|{_CHINESE}|{_JAPANESE}|{_OTHERS})",
    regex.VERBOSE | regex.IGNORECASE,
)
_NAME = r"\p{Lu}[\p{L}'’.-]*+"
_BY_LINE = regex.compile(rf"[*_]*(?:by|By|BY|von|par|por)\s+{_NAME}(?:\s+{_NAME}){{1,3}}[*_]*[.,]?")
_LABELLED = regex.compile(
    r"[\W_]*(?:author|date|updated|last\s+(?:updated|modified|edited)|tags?|categor(?:y|ies)|filed\s+under|permalink"
    r"|作者|译者|編輯|编辑|校对|来源|标签|分类|发布于|更新于|发表于|最后更新|更新时间|发布时间"
    r"|著者|執筆者|投稿者|投稿日|更新日|公開日|最終更新|カテゴリー?|タグ)[*_]*\s*[:：]",
    regex.IGNORECASE,
)
_MOST_BEHIND_LABEL = 8
"""Words of a line such as ``Author: Jane Doe``; a longer one explains what an author is."""


def is_boilerplate(text: str) -> bool:
    """Tell a by-line, a licence or a way to other pages, in the languages that have a list here."""
    if _BY_LINE.fullmatch(text):
        return True
    if _LABELLED.match(text):
        return length(text) <= _MOST_BEHIND_LABEL
    return _BOILERPLATE.match(text) is not None and length(text) < _MOST_WORDS
