"""Lines of numbers that are no coordinates, as people in Iraq and abroad write them: seeded, so always the same.

Numbers are drawn as near to a latitude and a longitude of the country as their kind allows, for that
is where a mistake would be made. ``python -m tests.not_coordinates`` prints a hundred.
"""

import random
import re
import sys
from collections.abc import Iterator

SEED = 7
_ARABIC = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫،")
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

KINDS = {
    "telephones of Iraq": """
        للتواصل 077########|اتصلوا بيه 0780####### او 0770#######|+964 77# ### ####|واتساب: 0751 ### ####
        📞 078########|+964-78#-###-####|الموقع 0771 ### ####|location call 0750 ### ####|٠٧٧########
        00964 790 ### ####""",
    "telephones abroad": """
        +1 (###) ###-####|+44 7### ######|+90 5## ### ## ##|+98-9##-###-####|0049 17# #######|tel 33.## 44.## ##
        33 ## ## ## ##""",
    "prices": """
        السعر ##,000 دينار|3#.### د.ع|بـ ## الف بس|IQD ##,###,000|من <lat1> الى <lon1> الف
        price <lat2>, <lon2> $|الموقع 3#.000 / 4#.000 دينار|السعر <lat4>, <lon4> دينار|$<lat4> / $<lon4>
        <lat4> / <lon4> USD|TRY <lat4> | <lon2>|EUR/USD 1.#### / 1.####|0.##### 1.#####
        prices: <lat4>, <lon4>, 5#.#### IQD/kg|العرض <lat2> الف|عرض خاص <lat3> و <lon3>""",
    "versions": """
        v#.##.####|version 3#.###.### is out|update v2.33.####, <lon4> MB download|iOS 1#.#.#
        build <lat4>.<lon4>|v<lat4> <lon4>|رقم الاصدار <lat4>.####|firmware 3#.####.4#.####""",
    "dates": """
        1#/0#/202#|202#-0#-1#|1#.1#.2026 - 2#.1#.2026|2026.03.1#, 2#.14 pm|2026.11## 2026.12##|بتاريخ 1# 1# 202#
        202#1#1#_######|1#-1#-202# 1#:2#|N 1#.1#.202# E 1#.1#.202#|من 1#/1# الى 2#/1#|٢٠٢٦/١١/#""",
    "times": """
        1#:2#|1#:2#:3# - 2#:1#:0#|lap 1:<lat4>, lap 2 1:<lon4>|الساعة 1# و 3# دقيقة و 2# ثانية|3#'4#" goal
        1#h 2#m 3#s|1#:2#:3#.#### 2#:1#:4#.####|دقيقة 3# ثانية 4#|33:4#:12 44:1#:09|duty 1#:30 - 2#:30
        W 3# 1# - 4# 2#""",
    "scores": """
        الشرطة # - # الزوراء|score <lat2> - <lon2> in practice|#:# (#:#)|1-0, 0.5-0.5 ELO ####
        1. e4 e5 2. Nf3 Nc6 #-#|E# S# N# W#|S0# E1#|W # L # D #|S 3# E 4#|N#.## E#.##|season 3 S3 1# E4 2#
        99.1234 98.4321 صوت""",
    "machines": """
        IP 10.33.44.###|3#.4#.1#.2#:8080|server 33.31.52.1## 44.36.61.1##|192.168.#.#/24|ping 3#.4#.1#.#
        10.33.#.# 10.44.#.#""",
    "plates": """
        2# @ #####|بغداد ##### ط|رقم السيارة ###### نينوى|3#@ #####|## @@ ###|اربيل ## @ ####|38 S ######
        3#@@ ####""",
    "serials": """
        SN @@@########|S/N: 38@@@##########|order 3#@@@ #### ####|IMEI ###############|@@####@@##
        رقم الطلب <lat6>.#####|ايبان IQ## NBIQ #### #### ####|#### #### #### ####|####+##|####+####=####
        serial 37R@@########|id ## N ###### #######|geohash systems|geohash table of strings
        MGRS 99@@@ #### ####|UTM ###### #######|model 38S-###|38S|37R|8H@@+""",
    "hashtags": """
        #العراق_#### #fyp###|#top# #10k|#لواء_## #فوج#|#geohash #####|#location #gps ##k|#S24 #N95 #E3
        #3#4# @user<lat4>""",
    "sizes": """
        1920x1080 <lat2>fps <lon1>kHz|12x HD 1080 1920|الوزن <lat1> كغم والطول 1##.##
        الطول <lat2> م والعرض <lon2> م|عرض <lat1> طول <lon1> سم|38S مقاس الحذاء 4#|<lat4> kg, <lon4> kg
        <lat4> <lon4> mm|215/55R17 3#R 4##/4#|1024x576 30.00fps 44.1kHz|5'1#" tall|3#"x4#" tv
        الطول 1.## العرض 0.##|38x 4#mm <lat2>""",
    "shares": """
        نسبة النجاح 93.####, والرسوب 6.#### بالمية|acc 0.#### loss 0.####|<lat4>% <lon4>%|p = 0.####, 0.#####
        pi = 3.14159, e = 2.71828|3.14159, 2.71828|0.#### 0.####|<lat4>٪ <lon4>٪""",
    "threes": """
        xyz <lat4>, <lon4>, 1#.#|<lat4> <lon4> 5#.####|[<lat5>, <lon5>, 3#.#####]
        الاسعار: <lat4>، <lon4>، 5#.####|<lat5>; <lon5>; #.##|1#.## <lat4> <lon4>|<lat4>/<lon4>/3#.####
        <lat5>, <lon5>, 3#.#, 1.#""",
    "telemetry": """
        acc -#.#### #.#### 9.####|gyro: #.####, -#.####, #.####|ax=#.#### ay=-#.#### az=9.####
        [#.####, #.####, -#.####, #.####]|rpm #### temp <lat1>° <lon1>°|x=<lat4> y=<lon4> z=#.##
        roll 3#.#### pitch 4#.#### yaw 1##.####|v 3#.# a 4#.#""",
    "weather": """
        بغداد 3#° البصرة 4#°|3#°C / 4#°C|درجة الحرارة <lat1> درجة و الرطوبة <lon1>|wind 3# N, gust 4# E
        الرياح شمال 3# شرق 4#|3#° 4#° 2#°|شرق بغداد 3#.# شمالها 4#.#|it's 3#.# here""",
    "scripture": """
        ٣٣:٤٤ من سورة الاحزاب|البقرة 1##:2##|Ps. 33:4# 44:1#|صفحة 3# - 4#|ج 3# ص 4#|ق 3# غ 4#""",
    "addresses": """
        link.example/?utm_source=38&utm_medium=<lon4>|https://video.example/watch?v=@@@@####&t=3#
        https://shop.example/p/<lat2>/<lon2>|https://www.google.com/search?q=####+####|user####@mail.example
        https://t.me/s#####|محلة ### زقاق ## دار ##|Highway #, km <lat1>
        https://news.example/2026/11/1#?id=<lat4>|https://www.google.com/maps|https://x.example/a?lat=3&lon=4#""",
    "frequencies": """
        FM 9#.# MHz|<lat4> MHz|تردد 1#### عمودي 27### 5/6|nilesat 1#### V 27500|145.####, 433.#### MHz
        ch 3#.#### / 4#.#### ghz""",
    "counts": """
        ### likes in # minutes|لواء ### فوج #|#.#k / ##k|##############################|###### #######
        #####, #####|3#.#k و 4#.#k|3#,### 4#,###|3#,###,### 4#,###,###|<lat2>, <lon2>|<lat3> <lon3>
        <lat3>, <lon3>, <lat3>|3 of 4#.#### 1#|3# N 4#""",
}
"""Templates: ``#`` a digit, ``@`` a capital, ``<lat4>`` a latitude of the country with four decimals."""

_BLANK = re.compile(r"#|@|<(lat|lon)([0-9])>")


def lines(count: int, seed: int = SEED) -> Iterator[str]:
    """So many lines, of every template in turn; one in three in Arabic or Persian digits."""
    draw = random.Random(seed)
    templates = [
        one.strip() for kind in KINDS.values() for row in kind.splitlines() for one in re.split(r"\|(?! )", row)
    ]
    templates = [template for template in templates if template]
    for number in range(count):
        line = _filled(templates[number % len(templates)], draw)
        look = draw.randrange(6)
        yield line.translate(_ARABIC) if look == 0 else line.translate(_PERSIAN) if look == 1 else line


def _filled(template: str, draw: random.Random) -> str:
    def blank(found: re.Match[str]) -> str:
        if found[1]:
            degrees = draw.uniform(29, 38) if found[1] == "lat" else draw.uniform(38, 49)
            return f"{degrees:.{found[2]}f}"
        return draw.choice("0123456789" if found.group() == "#" else "ABCDEFGHJKLMNPQRSTUVWXYZ")

    return _BLANK.sub(blank, template)


if __name__ == "__main__":
    sys.stdout.writelines(line + "\n" for line in lines(100))
