"""Positions as forms, radios, programs and map services write them, and numbers of other kinds that look alike."""

from opsec.geo.notations import Notation

HERE = (33.3152, 44.3661)

MUST_FIND: dict[str, tuple[Notation, float, float]] = {
    # the order of a pair
    '{"type": "Point", "coordinates": [44.3661, 33.3152, 35.0]}': ("geometry", *HERE),
    "SRID=4326;POINT Z (44.3661 33.3152 35.0)": ("geometry", *HERE),
    "lon,lat: 44.3661, 33.3152": ("decimal", *HERE),
    "https://m.amap.com/navigation/car?position=44.3661,33.3152": ("link", *HERE),
    "https://mapy.com/turisticka?source=coor&id=44.3661%2C33.3152": ("link", *HERE),
    "com.sygic.aura://coordinate|44.3661|33.3152|show": ("link", *HERE),
    "strava.com/heatmap#13.5/44.3661/33.3152/hot": ("link", *HERE),
    # decimal commas
    "33,3152 / 44,3661": ("decimal", *HERE),
    "Location 33,3152,44,3661": ("decimal", *HERE),
    "N 33,3152 E 44,3661": ("decimal", *HERE),
    "33,3152° N, 44,3661° E": ("decimal", *HERE),
    "waze.com/ul?ll=33,3152,44,3661&navigate=yes": ("link", *HERE),
    "https://www.openstreetmap.org/?mlat=33,3152&mlon=44,3661": ("link", *HERE),
    # marks, and escapes
    "33^18'54.7\"N 44^21'58.0\"E": ("sexagesimal", 33.315194, 44.366111),
    "33*18'54.7\" N, 44*21'58.0\" E": ("sexagesimal", 33.315194, 44.366111),
    "33&#176;18&prime;54.7&Prime;N 44&#xB0;21&prime;58&Prime;E": ("sexagesimal", 33.315194, 44.366111),
    "33.3152\\u060c 44.3661": ("decimal", *HERE),
    "N33.18.54 E044.21.58": ("sexagesimal", 33.315, 44.366111),
    # grids
    "38S MB\n44123 88456": ("mgrs", 33.333819, 44.399585),
    "38S.MB.441.884": ("mgrs", 33.333771, 44.399876),
    "38s lb 441 884 هنا": ("mgrs", 33.323934, 43.325608),
    "38 Sierra Mike Bravo 4 4 1 8 8 4": ("mgrs", 33.333771, 44.399876),
    "٣٨ سييرا مايك برافو ٤٤١ ٨٨٤": ("mgrs", 33.333771, 44.399876),
    "UTM 444123 3688456 38S": ("utm", 33.333819, 44.399585),
    "444123E 3688456N zone 38": ("utm", 33.333819, 44.399585),
    "س: ٤٤٤١٢٣ ص: ٣٦٨٨٤٥٦ نطاق ٣٨": ("utm", 33.333819, 44.399585),
    "Easting 444 123, Northing 3 688 456, Zone 38N": ("utm", 33.333819, 44.399585),
    # records
    "$GNGLL,3318.912,N,04421.966,E,120000,A*00": ("nmea", *HERE),
    "$GPRMC,120000,A,3318.912,N,04421.966,E,0.0,0.0,161126,,*00": ("nmea", *HERE),
    "+3318.912+04421.966/": ("iso 6709", *HERE),
    "BEGIN:VCARD\nGEO:33.3152;44.3661\nEND:VCARD": ("geo uri", *HERE),
    # links
    "uber://?action=setPickup&dropoff[latitude]=33.3152&dropoff[longitude]=44.3661": ("link", *HERE),
    "m.uber.com/looking?drop[0]=%7B%22latitude%22%3A33.3152%2C%22longitude%22%3A44.3661%7D": ("link", *HERE),
    "https://share.here.com/l/33.3152,44.3661,Name": ("link", *HERE),
    "https://geohack.toolforge.org/geohack.php?params=33.3152_N_44.3661_E_type:city": ("link", *HERE),
    "https://maps.google.com/staticmap?markers=color:red|33.3152,44.3661": ("link", *HERE),
    "bingmaps:?rtp=~pos.33.3152_44.3661_X": ("link", *HERE),
    "osmand.net/go?lat=33.3152&lon=44.3661&z=15": ("link", *HERE),
    "om://map?v=1&ll=33.3152,44.3661": ("link", *HERE),
}

MUST_NOT_FIND = [
    # another order, another system
    '{"type":"Colour","values":[44.3661,33.3152]}',
    "SRID=3857;POINT(4938811.5 3934567.2)",
    "matrix(44.3661 33.3152 1 0 0 0)",
    "translate(44.3661, 33.3152)",
    # money, codes, scores
    "GBP/TRY 33.3152 44.3661",
    "33.3152, 44.3661 BTC",
    "33.3152 / 44.3661 USDT",
    "سعر الصرف 33.3152 / 44.3661",
    "bid 33.3152 ask 44.3661",
    "كود الخصم 8H34CJ8Q+45",
    "promo code 8H34CJ8Q+45",
    "voucher 38SMB4412388456",
    "accuracy, loss: 33.3152, 44.3661",
    "مصفوفة 33.3152 44.3661",
    "33.3152 44.3661 0 1 0",
    # thousands, lengths, likes
    "33,315 متابع و 44,366 اعجاب",
    "33,315 44,366",
    "33,3152,44,3661",
    "الطول 33,3152 م والعرض 44,3661 م",
    "33.3152 44.3661 m2",
    # marks of other things
    "33^2 + 44^3",
    "33~44'",
    "33'18\" 44'21\"",
    "33.18.54 44.21.58",
    # grids
    "38s hd 1080 1920",
    "X=444123 Y=3688456",
    "KA 834 083",
    "one romeo and two kilo lima 12 13",
    # records
    "$GPRMC,120000,V,3318.912,N,04421.966,E,,,161126,,*00",
    "+33 31520 044366",
    "+3318-04421",
    # links
    "https://shop.example/p/s-bGF0PTMzLjMxNTI7bG9uPTQ0LjM2NjE",
    "https://video.example/wyfSZpgCqq/Pin",
    "https://plus.codes/about",
    "https://share.here.com/p/s-AAAAAAAAAAAAAAAAAAAAAAAA",
    "file:///table.lamp.river",
]
