"""Words with capitals that are other words in other languages."""


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TIMES = _listed(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays january february march april may june july august september october november december jan feb mar apr jun "
    "jul aug sep sept oct nov dec christmas easter halloween thanksgiving ramadan passover noel paques navidad pascua "
    "weihnachten ostern pfingsten"
)
_PLACES = _listed(
    "africa america american americans antarctica asia asian asians australia australian austria austrian belgium "
    "belgian brazil brazilian britain british bulgaria california canada canadian chile china chinese cologne colombia "
    "croatia cuba cyprus czech denmark danish dutch earth east eastern egypt egyptian england english estonia ethiopia "
    "eu europe european europeans finland finnish france french geneva german germans germany greece greek hungary "
    "hungarian iceland india indian indians indonesia iran iraq ireland irish israel italian italy japan japanese "
    "jordan kenya korea korean latin latvia lebanon lisbon lithuania london malaysia mexican mexico milan morocco moscow "
    "munich netherlands nigeria north northern norway norwegian pakistan paris peru philippines poland polish portugal "
    "portuguese prague romania rome russia russian scotland scottish serbia singapore slovakia slovenia south southern "
    "spain spanish sweden swedish swiss switzerland syria taiwan thailand tokyo tunisia turkey turkish uk ukraine "
    "ukrainian un us usa venice vienna vietnam wales warsaw welsh west western zurich "
    "afrique algerie allemagne allemand amerique anglais angleterre asie autriche belge belgique bresil chine coree "
    "danemark ecosse egypte espagne espagnol etats europeen finlande francais grece hongrie inde irlande "
    "italie italien japon japonais londres maroc mexique norvege pologne roumanie royaume russie suede "
    "suisse turquie unis "
    "alemania brasil corea dinamarca egipto escocia espana estados francia gran grecia hungria inglaterra irlanda "
    "italia marruecos noruega polonia reino rumania rusia suecia suiza turquia unido unidos"
)
_FAITHS = _listed(
    "bible biblia buddhist catholic christian christians church dieu dios god gods gott internet islam islamic jew "
    "jewish jews koran lord muslim muslims ph.d protestant web"
)

TRANSLATED = _TIMES | _PLACES | _FAITHS
"""Countries, peoples, languages, days, months and feasts, without capitals and accents."""
