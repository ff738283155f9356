"""Map services by the host and path of their addresses, and what each does in its own way.

Sources: the services' own pages on links ("Maps URLs", "Map Links", "Deep Links", "URI API", "Ge0", "Shortlink").
"""

import re

HOST = r"(?:[a-z][a-z0-9+.-]{1,30}://)?(?:[a-z0-9-]{1,40}\.){0,3}?"
_GOOGLE_MAPS, _APPLE_MAPS = r"maps\.google\.[a-z.]{2,7}", r"maps\.apple(?:\.com)?"
_HOSTS = (
    r"earth\.google\.com|openstreetmap\.org|osm\.org|waze\.(?:com|to)|2gis\.[a-z.]{2,6}|here\.com|petalmaps\.com"
    r"|wikimapia\.org|map\.snapchat\.com|geohash\.org|maps\.me|organicmaps\.app|maps\.app\.goo\.gl|goo\.gl/maps"
    r"|g\.page|w3w\.co|what3words\.com|omaps\.app|ge0\.me|comaps\.at|comaps\.app|her\.is|geohack\.toolforge\.org"
    r"|tools\.wmflabs\.org/geohack|mapy\.(?:cz|com)|amap\.com|map\.baidu\.com|j\.map\.baidu\.com|map\.qq\.com"
    r"|sygic\.com|magicearth\.com|maps\.yandex\.[a-z.]{2,6}|mapcarta\.com|opentopomap\.org|umap\.openstreetmap\.fr"
    r"|m\.uber\.com|satellites\.pro|caltopo\.com|gaiagps\.com|windy\.com|zoom\.earth|map\.naver\.com|map\.kakao\.com"
)
_PATHS = (
    r"google\.[a-z.]{2,7}/maps|bing\.com/maps|yandex\.[a-z.]{2,6}/(?:maps|navi)|g\.co/(?:maps|kgs)"
    r"|osmand\.net/(?:map|go)|komoot\.[a-z.]{2,6}/plan|strava\.com/(?:maps|heatmap)|api\.map\.baidu\.com/(?:marker|direction)"
    r"|plus\.codes/(?=[2-9cfghjmpqrvwx]{4,8}(?:\+|%2b|0))"
)
MAP_SITES = f"{_GOOGLE_MAPS}|{_APPLE_MAPS}|{_HOSTS}|{_PATHS}"
"""Regular expression for the host, or host and path, of every map service."""
MAP_SCHEMES = (
    r"google\.navigation|comgooglemaps(?:-x-callback)?|googlemaps|maps|mapitem|waze|om|cm|mapsme|ge0|osmand\.[a-z]{2,6}"
    r"|here\.location|here-location|here-route|petalmaps|yandexmaps|yandexnavi|yandextaxi|dgis|sygic|com\.sygic\.aura"
    r"|uber|careem|lyft|citymapper|bingmaps|ms-drive-to|ms-walk-to|amapuri|iosamap|androidamap|baidumap|bdapp|qqmap|magicearth|tomtomgo|tomtomhome"
    r"|orux(?:maps)?|locus-actions|geo-navigation|guru"
)
"""Schemes of the apps that show a map."""
MAP_URL = re.compile(
    rf"{HOST}(?:{_GOOGLE_MAPS}[/?#]|{_APPLE_MAPS}[/?]|(?:{_HOSTS})[/?]|{_PATHS})|(?:{MAP_SCHEMES}):(?=[/?]|[a-z]{{1,10}}=)"
)
"""Addresses that lead to a position on a map."""
FRONT_PAGE = re.compile(r"(?:[a-z][a-z0-9+.-]{1,30}://)?[^/?#]{1,100}(?:/maps)?[/?#]?\Z")
SHORTENERS = (
    r"(?:bit\.ly|tinyurl\.com|t\.ly|cutt\.ly|is\.gd|rb\.gy|shorturl\.at|ow\.ly|goo\.gl|t\.co|lnkd\.in"
    r"|tiny\.cc|v\.gd|rebrand\.ly|page\.link|app\.link|me2\.do|n9\.cl|s\.id|buff\.ly)"
)
"""Hosts of short links to any kind of page: only the words around one say that it leads to a place."""
SHORT_LINK = re.compile(rf"(?:https?://)?(?:www\.)?{SHORTENERS}/[^\s]{{3,}}")

_START = r"(?:[^/?#]{0,20}//)?(?:[a-z0-9-]{1,40}\.){0,3}?"
LONGITUDE_FIRST = re.compile(
    rf"{_START}(?:(?:yandex|2gis)\.|(?:uri|m)\.amap\.com/(?:marker|navigation)|strava\.com/heatmap|mapy\.(?:cz|com)/)"
    r"|(?:yandexmaps|dgis|sygic|com\.sygic\.aura)://"
)
"""Services that put longitude before latitude."""
LATITUDE_FIRST_PARAMETER = re.compile(r"[?&](?:rtext|lat_lon|latlng|latlon)=")
"""Parameters with latitude first even there: the routes of Yandex."""
SHIFTED_DATUM = re.compile(
    rf"{_START}(?:amap|baidu|map\.qq)\.com|(?:amapuri|iosamap|androidamap|baidumap|bdapp|qqmap)://"
)
"""Services of China, whose positions are shifted by law (GCJ-02, BD-09)."""
SHIFTED_DATUM_RADIUS_M = 700.0
