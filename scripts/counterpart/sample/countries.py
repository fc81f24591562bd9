"""Where the people of a synthetic round live, and what they speak at home.

One line a country: its code, how readily it takes part (only compared with the others), the languages that
people there speak first, and the time zones that they live by; ``*`` says how many times as often.
Made up to look like the published rounds of the model programme; no statistics about anybody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """One line of the table: each language and time zone with its weight."""

    code: str
    weight: int
    languages: tuple[tuple[str, int], ...]
    time_zones: tuple[tuple[str, int], ...]


_TABLE = """\
AD 1 | ca*2 es*1 | Europe/Andorra
AE 12 | ar | Asia/Dubai
AF 2 | fa*1 ps*1 | Asia/Kabul
AG 1 | en | America/Antigua
AL 5 | sq | Europe/Tirane
AM 8 | hy | Asia/Yerevan
AO 2 | pt | Africa/Luanda
AR 14 | es | America/Argentina/Buenos_Aires*8 America/Argentina/Cordoba*3 America/Argentina/Mendoza*1
AT 8 | de | Europe/Vienna
AU 90 | en*17 zh*1 vi*1 el*1 | Australia/Sydney*34 Australia/Melbourne*28 Australia/Brisbane*18 \
Australia/Perth*10 Australia/Adelaide*7 Australia/Hobart*3 Australia/Darwin*2
AZ 4 | az | Asia/Baku
BA 5 | bs*3 hr*1 sr*1 | Europe/Sarajevo
BB 4 | en | America/Barbados
BD 18 | bn | Asia/Dhaka
BE 10 | nl*5 fr*4 | Europe/Brussels
BF 2 | fr | Africa/Ouagadougou
BG 14 | bg | Europe/Sofia
BH 4 | ar | Asia/Bahrain
BI 1 | fr*1 rn*1 | Africa/Bujumbura
BJ 2 | fr | Africa/Porto-Novo
BN 3 | ms | Asia/Brunei
BO 3 | es | America/La_Paz
BR 28 | pt | America/Sao_Paulo*14 America/Bahia*3 America/Recife*2 America/Fortaleza*2 America/Manaus*1
BS 3 | en | America/Nassau
BT 3 | dz | Asia/Thimphu
BW 10 | tn*3 en*1 | Africa/Gaborone
BY 6 | ru*2 be*1 | Europe/Minsk
BZ 2 | en*2 es*1 | America/Belize
CA 55 | en*7 fr*3 | America/Toronto*48 America/Vancouver*18 America/Edmonton*14 America/Winnipeg*6 \
America/Halifax*8 America/Regina*3 America/St_Johns*2
CD 2 | fr*2 sw*1 | Africa/Kinshasa*2 Africa/Lubumbashi*1
CF 1 | fr | Africa/Bangui
CG 1 | fr | Africa/Brazzaville
CH 8 | de*6 fr*3 it*1 | Europe/Zurich
CI 5 | fr | Africa/Abidjan
CK 1 | en | Pacific/Rarotonga
CL 12 | es | America/Santiago
CM 8 | fr*4 en*1 | Africa/Douala
CN 12 | zh | Asia/Shanghai
CO 14 | es | America/Bogota
CR 6 | es | America/Costa_Rica
CU 4 | es | America/Havana
CV 2 | pt | Atlantic/Cape_Verde
CY 4 | el*4 tr*1 | Asia/Nicosia
CZ 14 | cs | Europe/Prague
DE 34 | de | Europe/Berlin
DJ 1 | fr*1 so*1 | Africa/Djibouti
DK 14 | da | Europe/Copenhagen
DM 1 | en | America/Dominica
DO 4 | es | America/Santo_Domingo
DZ 6 | ar*4 fr*1 | Africa/Algiers
EC 5 | es | America/Guayaquil
EE 8 | et*6 ru*1 | Europe/Tallinn
EG 18 | ar | Africa/Cairo
ER 1 | ti | Africa/Asmara
ES 30 | es | Europe/Madrid*19 Atlantic/Canary*1
ET 8 | am*3 om*1 | Africa/Addis_Ababa
FI 16 | fi*8 sv*1 | Europe/Helsinki
FJ 6 | en*2 fj*2 hi*1 | Pacific/Fiji
FM 1 | en | Pacific/Pohnpei*1 Pacific/Chuuk*1
FR 26 | fr | Europe/Paris
GA 1 | fr | Africa/Libreville
GB 70 | en*19 cy*1 | Europe/London
GD 1 | en | America/Grenada
GE 6 | ka | Asia/Tbilisi
GH 20 | en*3 ak*3 ee*1 | Africa/Accra
GM 2 | en | Africa/Banjul
GN 1 | fr | Africa/Conakry
GQ 1 | es | Africa/Malabo
GR 24 | el | Europe/Athens
GT 3 | es | America/Guatemala
GW 1 | pt | Africa/Bissau
GY 3 | en | America/Guyana
HK 12 | zh*5 en*1 | Asia/Hong_Kong
HN 2 | es | America/Tegucigalpa
HR 18 | hr | Europe/Zagreb
HT 2 | fr*1 ht*1 | America/Port-au-Prince
HU 14 | hu | Europe/Budapest
ID 14 | id | Asia/Jakarta*8 Asia/Makassar*2
IE 18 | en*9 ga*1 | Europe/Dublin
IL 8 | he*5 ar*1 | Asia/Jerusalem
IN 60 | hi*8 bn*3 te*2 mr*2 ta*3 ml*3 kn*2 gu*1 | Asia/Kolkata
IQ 5 | ar | Asia/Baghdad
IR 8 | fa | Asia/Tehran
IS 4 | is | Atlantic/Reykjavik
IT 28 | it | Europe/Rome
JM 8 | en | America/Jamaica
JO 8 | ar | Asia/Amman
JP 12 | ja | Asia/Tokyo
KE 32 | sw*4 en*1 | Africa/Nairobi
KG 3 | ky*2 ru*1 | Asia/Bishkek
KH 3 | km | Asia/Phnom_Penh
KI 1 | en | Pacific/Tarawa
KM 1 | fr*1 ar*1 | Indian/Comoro
KN 1 | en | America/St_Kitts
KR 8 | ko | Asia/Seoul
KW 6 | ar | Asia/Kuwait
KZ 6 | kk*2 ru*2 | Asia/Almaty
LA 2 | lo | Asia/Vientiane
LB 8 | ar*4 fr*1 | Asia/Beirut
LC 2 | en | America/St_Lucia
LI 1 | de | Europe/Vaduz
LK 18 | si*3 ta*1 | Asia/Colombo
LR 2 | en | Africa/Monrovia
LS 3 | st*2 en*1 | Africa/Maseru
LT 14 | lt | Europe/Vilnius
LU 3 | lb*2 fr*1 | Europe/Luxembourg
LV 12 | lv*5 ru*1 | Europe/Riga
LY 1 | ar | Africa/Tripoli
MA 8 | ar*4 fr*1 | Africa/Casablanca
MC 1 | fr | Europe/Monaco
MD 6 | ro | Europe/Chisinau
ME 3 | sr | Europe/Podgorica
MG 3 | mg*2 fr*1 | Indian/Antananarivo
MH 1 | mh | Pacific/Majuro
MK 5 | mk*4 sq*1 | Europe/Skopje
ML 2 | fr*2 bm*1 | Africa/Bamako
MM 3 | my | Asia/Yangon
MN 3 | mn | Asia/Ulaanbaatar
MO 2 | zh | Asia/Macau
MR 1 | ar | Africa/Nouakchott
MT 4 | mt*4 en*1 | Europe/Malta
MU 5 | fr*3 en*1 | Indian/Mauritius
MV 3 | dv | Indian/Maldives
MW 8 | ny*3 en*1 | Africa/Blantyre
MX 22 | es | America/Mexico_City*12 America/Monterrey*4 America/Tijuana*1 America/Cancun*1
MY 18 | ms*4 zh*1 ta*1 | Asia/Kuala_Lumpur*6 Asia/Kuching*1
MZ 3 | pt | Africa/Maputo
NA 8 | en*2 af*1 | Africa/Windhoek
NE 1 | fr*1 ha*1 | Africa/Niamey
NG 45 | en*4 yo*3 ig*2 ha*2 | Africa/Lagos
NI 2 | es | America/Managua
NL 20 | nl | Europe/Amsterdam
NO 14 | no | Europe/Oslo
NP 12 | ne | Asia/Kathmandu
NR 1 | na | Pacific/Nauru
NZ 40 | en*9 mi*1 | Pacific/Auckland
OM 5 | ar | Asia/Muscat
PA 4 | es | America/Panama
PE 10 | es | America/Lima
PG 4 | en | Pacific/Port_Moresby
PH 32 | fil | Asia/Manila
PK 26 | ur*3 pa*1 | Asia/Karachi
PL 100 | pl | Europe/Warsaw
PR 6 | es | America/Puerto_Rico
PS 3 | ar | Asia/Hebron*1 Asia/Gaza*1
PT 22 | pt | Europe/Lisbon*18 Atlantic/Azores*1 Atlantic/Madeira*1
PW 1 | en | Pacific/Palau
PY 3 | es*2 gn*1 | America/Asuncion
QA 8 | ar | Asia/Qatar
RO 24 | ro | Europe/Bucharest
RS 14 | sr | Europe/Belgrade
RU 14 | ru | Europe/Moscow*10 Asia/Yekaterinburg*2 Asia/Novosibirsk*2 Asia/Vladivostok*1
RW 8 | rw*5 fr*1 | Africa/Kigali
SA 8 | ar | Asia/Riyadh
SB 2 | en | Pacific/Guadalcanal
SC 2 | fr*1 en*1 | Indian/Mahe
SD 4 | ar | Africa/Khartoum
SE 16 | sv | Europe/Stockholm
SG 18 | en*5 zh*3 ms*1 ta*1 | Asia/Singapore
SI 8 | sl | Europe/Ljubljana
SK 8 | sk | Europe/Bratislava
SL 3 | en | Africa/Freetown
SM 1 | it | Europe/San_Marino
SN 6 | fr*2 wo*1 | Africa/Dakar
SO 1 | so*2 ar*1 | Africa/Mogadishu
SR 2 | nl | America/Paramaribo
SS 1 | en*1 ar*1 | Africa/Juba
ST 1 | pt | Africa/Sao_Tome
SV 3 | es | America/El_Salvador
SY 1 | ar | Asia/Damascus
SZ 4 | ss*2 en*1 | Africa/Mbabane
TD 1 | fr*1 ar*1 | Africa/Ndjamena
TG 2 | fr | Africa/Lome
TH 10 | th | Asia/Bangkok
TJ 2 | tg | Asia/Dushanbe
TL 1 | pt | Asia/Dili
TM 1 | tk | Asia/Ashgabat
TN 8 | ar*4 fr*1 | Africa/Tunis
TO 2 | to | Pacific/Tongatapu
TR 20 | tr | Europe/Istanbul
TT 8 | en | America/Port_of_Spain
TV 1 | en | Pacific/Funafuti
TW 10 | zh | Asia/Taipei
TZ 12 | sw | Africa/Dar_es_Salaam
UA 20 | uk*5 ru*1 | Europe/Kyiv
UG 18 | en*3 lg*3 sw*1 | Africa/Kampala
US 95 | en*9 es*1 | America/New_York*45 America/Chicago*28 America/Los_Angeles*18 America/Denver*7 \
America/Phoenix*2 Pacific/Honolulu*1 America/Anchorage*1
UY 6 | es | America/Montevideo
UZ 3 | uz | Asia/Tashkent
VC 1 | en | America/St_Vincent
VE 5 | es | America/Caracas
VN 12 | vi | Asia/Ho_Chi_Minh
VU 2 | fr*1 en*1 | Pacific/Efate
WS 3 | sm | Pacific/Apia
YE 1 | ar | Asia/Aden
ZA 38 | en*4 zu*2 xh*2 af*2 | Africa/Johannesburg
ZM 10 | en*3 ny*1 | Africa/Lusaka
ZW 12 | sn*3 nd*1 en*1 | Africa/Harare
"""


def _weighted(text: str) -> tuple[tuple[str, int], ...]:
    parts = (part.partition("*") for part in text.split())
    return tuple((name, int(times or "1")) for name, _, times in parts)


def _country(line: str) -> Country:
    head, languages, zones = line.split("|")
    code, weight = head.split()
    return Country(code=code, weight=int(weight), languages=_weighted(languages), time_zones=_weighted(zones))


#: Every country that a synthetic round can hold, by code.
COUNTRIES: tuple[Country, ...] = tuple(_country(line) for line in _TABLE.splitlines())
