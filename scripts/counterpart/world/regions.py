"""Country, subregion, region: one geography for every report, so that two rounds can be compared.

The tree is that of the United Nations' M49 standard, with the intermediate regions where it has them. Three
codes have no place there and get the one that the Unicode consortium's data (CLDR) gives them: Taiwan in Eastern
Asia, Kosovo in Southern Europe, Antarctica with Oceania. Changing the tree begins a new series of reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Which tree this is; every report says so.
GEOGRAPHY = "M49, 2024"

_TREE = """\
africa: Africa
 northern-africa: Northern Africa: DZ EG EH LY MA SD TN
 eastern-africa: Eastern Africa: BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW
 middle-africa: Middle Africa: AO CD CF CG CM GA GQ ST TD
 southern-africa: Southern Africa: BW LS NA SZ ZA
 western-africa: Western Africa: BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG
americas: Americas
 caribbean: Caribbean: AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI
 central-america: Central America: BZ CR GT HN MX NI PA SV
 south-america: South America: AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE
 northern-america: Northern America: BM CA GL PM US
asia: Asia
 central-asia: Central Asia: KG KZ TJ TM UZ
 eastern-asia: Eastern Asia: CN HK JP KP KR MN MO TW
 south-eastern-asia: South-eastern Asia: BN ID KH LA MM MY PH SG TH TL VN
 southern-asia: Southern Asia: AF BD BT IN IR LK MV NP PK
 western-asia: Western Asia: AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE
europe: Europe
 eastern-europe: Eastern Europe: BG BY CZ HU MD PL RO RU SK UA
 northern-europe: Northern Europe: AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ
 southern-europe: Southern Europe: AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK
 western-europe: Western Europe: AT BE CH DE FR LI LU MC NL
oceania: Oceania
 australia-and-new-zealand: Australia and New Zealand: AQ AU CC CX HM NF NZ
 melanesia: Melanesia: FJ NC PG SB VU
 micronesia: Micronesia: FM GU KI MH MP NR PW UM
 polynesia: Polynesia: AS CK NU PF PN TK TO TV WF WS
"""


def _read() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    names: dict[str, str] = {}
    region_of: dict[str, str] = {}
    subregion_of: dict[str, str] = {}
    region = ""
    for line in _TREE.splitlines():
        id, name, *countries = (part.strip() for part in line.split(":"))
        names[id] = name
        if countries:
            region_of[id] = region
            subregion_of |= dict.fromkeys(countries[0].split(), id)
        else:
            region = id
    return names, region_of, subregion_of


_names, _region_of, _subregion_of = _read()

#: Region's or subregion's id -> its name in English.
PLACE_NAMES: Mapping[str, str] = MappingProxyType(_names)
#: Subregion's id -> its region's.
REGION_OF: Mapping[str, str] = MappingProxyType(_region_of)
#: Country's code -> its subregion's id.
SUBREGION_OF: Mapping[str, str] = MappingProxyType(_subregion_of)

REGIONS: tuple[str, ...] = tuple(sorted(set(_region_of.values())))
SUBREGIONS: tuple[str, ...] = tuple(sorted(_region_of))
COUNTRIES: tuple[str, ...] = tuple(sorted(_subregion_of))


def region_of_country(country: str) -> str:
    """The region's id of a country's code; KeyError where the tree has no such country."""
    return REGION_OF[SUBREGION_OF[country]]
