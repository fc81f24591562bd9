"""Who the people of a synthetic round say they are, in the part that is sealed: all of it plainly made up.

Names are made of words for books and shelves, in several scripts, one of them written from right to left;
addresses lie in domains that are reserved for examples and reach nobody.
"""

from __future__ import annotations

from collections.abc import Mapping

from counterpart.digest import digest
from counterpart.rounds.build import Data
from counterpart.sample.chance import Chance

_GIVEN = (
    "Ada", "Bruno", "Chidi", "Dora", "Emeka", "Farida", "Gita", "Hugo", "Ines", "Juma", "Kofi", "Lena", "Mara",
    "Nils", "Oriel", "Priya", "Quinn", "Rosa", "Sami", "Tala", "Uma", "Vera", "Wanjiru", "Zoë",
)  # fmt: skip
_FAMILY = (
    "Bookend", "Quarto", "Shelfmark", "Colophon", "Endpaper", "Folio", "Vellum", "Octavo", "Frontispiece",
    "Bookplate", "Catchword", "Flyleaf", "Gutter", "Headband", "Inkwell", "Marginalia", "Pagefold",
)  # fmt: skip
#: First language -> given names, family names. Any other language takes those of "".
_NAMES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "": (_GIVEN, _FAMILY),
    "pl": (("Łucja", "Grażyna", "Żaneta", "Paweł"), ("Zakładka", "Półka", "Grzbietowicz", "Księgoszcz")),
    "de": (("Jürgen", "Käthe", "Björn", "Gesa"), ("Lesezeichen", "Buchrücken", "Bücherstütze", "Vorsatz")),
    "es": (("Begoña", "Iñaki", "Lucía", "Jesús"), ("Estantería", "Cuadernillo", "Señalador", "Portadilla")),
    "fr": (("Zoé", "Anaïs", "François", "Loïc"), ("Marque-Page", "L'Étagère", "Reliure", "De la Tranche")),
    "pt": (("Conceição", "João", "Inês", "Simão"), ("Estante", "Marcador", "Encadernação", "Prateleira")),
    "vi": (("Ánh", "Đức", "Hồng", "Thảo"), ("Kệ Sách", "Trang Giấy", "Mục Lục", "Bìa Sách")),
    "cs": (("Žofie", "Jiří", "Šárka", "Řehoř"), ("Záložka", "Polička", "Hřbet", "Předsádka")),
    "tr": (("İpek", "Çağla", "Gökçe", "Ömer"), ("Kitaplık", "Ayraç", "Ciltoğlu", "Sayfa")),
    "is": (("Þóra", "Ægir", "Sóley", "Ýmir"), ("Bókadóttir", "Hilluson", "Kápudóttir", "Blaðsson")),
    "uk": (("Олена", "Їжак", "Ґаля", "Тарас"), ("Полиця", "Закладка", "Палітурка", "Сторінка")),
    "ru": (("Алёна", "Фёдор", "Юлия", "Пётр"), ("Полкин", "Закладкина", "Переплётов", "Страницына")),
    "el": (("Ελένη", "Γιώργος", "Φωτεινή", "Ηλίας"), ("Ραφιού", "Σελιδάκης", "Βιβλιάδη", "Εξώφυλλος")),
    "ar": (("ليلى", "سمير", "نور", "هالة"), ("الرف", "الفهرس", "الغلاف", "الصفحة")),
    "fa": (("مهتاب", "آرش", "پریسا", "کاوه"), ("کتاب‌دان", "برگ‌ریز", "جلدساز", "قفسه‌ای")),
    "he": (("נועה", "איתן", "שירה", "גיל"), ("מדף", "סימנייה", "כריכה", "דפדפן")),
    "hi": (("आशा", "रवि", "मीना", "किरण"), ("पुस्तकवाला", "पन्ना", "जिल्द", "अलमारी")),
    "zh": (("书签", "墨香", "青简", "竹册"), ("书", "页", "卷", "册")),
    "ja": (("しおり", "頁子", "綴", "文庫"), ("本棚", "表紙", "目次", "奥付")),
    "ko": (("책갈피", "머리말", "꼬리말", "책등"), ("서", "책", "권", "문")),
    "th": (("หนังสือ", "กระดาษ", "ปากกา", "หมึก"), ("ชั้นวาง", "สันปก", "หน้าแรก", "สารบัญ")),
    "am": (("ገጽ", "መጽሐፍ", "ብራና", "ቀለም"), ("መደርደሪያ", "ሽፋን", "ማውጫ", "ምዕራፍ")),
}
_DOMAINS = ("example.org", "example.net", "library.example", "readers.example")
_PLACES = ("Quillhaven", "Foliowick", "Inkermouth", "Vellumstad", "Pageford", "Bindery Bay", "Scrollton")
_KINDS = ("University Library of {}", "City Library of {}", "{} School Library", "{} Institute", "Archive of {}")
_LIKES = ("a cup of tea", "long walks", "board games", "choir music", "gardening", "night trains")
_WANTS = (
    "I would like to hear how others do what I do.",
    "I have never talked with a librarian of another country.",
    "I can tell a lot about small budgets.",
    "My team is changing, and so is my work.",
)


def identity(application: Data, employer_group: str | None, chance: Chance) -> Data:
    """What the sealed part of *application* holds. People of one *employer_group* name the same employer.

    The round and the id stand in it too, so that a sealed part moved to another application is noticed.
    """
    profile = application["profile"]
    given, family = _NAMES.get(profile["languages"][0], _NAMES[""])
    data: dict[str, object] = {
        "format": 1,
        "round": application["round"],
        "id": application["id"],
        "profile": digest(profile),
        "name": f"{chance.one(given)} {chance.one('ABCDEFGHJKLMNOPRSTVWZ')}. {chance.one(family)} (sample)",
        "email": f"reader-{application['id'].lower()}@{chance.one(_DOMAINS)}",
    }
    if profile["membership"] == "member":
        # With the id, as in the address: two people with one number would be taken for one person.
        data["member_number"] = f"SAMPLE-{chance.between(100000, 999999)}-{application['id']}"
    place = f"{chance.one(_PLACES)}, {profile['country']}"
    kind = chance.one(_KINDS).format(place)
    if employer_group is not None:
        data["employer"] = f"Sample Employer {employer_group[1:]}"
    elif chance.percent(70):
        data["employer"] = f"{kind} (sample)"
    data["about_me"] = f"{chance.one(_WANTS)} Besides work I like {chance.one(_LIKES)}."
    optional = [field for field in ("employer", "about_me") if field in data and chance.percent(80)]
    data["partner_may_see"] = ["name", "email", *optional]
    return data
