"""Seeds that are text: exports, lists, sidecars, pages and chats, one small file of each form that is read."""

import json
from typing import Any

_PHOTO = {"uri": "media/posts/gate.jpg", "creation_timestamp": 1794817800, "title": "at the gate"}
_GATE = {"latitude": 33.9812, "longitude": 43.2511}
_EXPORTS: tuple[Any, ...] = (
    {
        "name": "news",
        "type": "public_channel",
        "id": 1,
        "messages": [
            {
                "id": 7,
                "type": "message",
                "date": "2026-11-16T11:30:00",
                "date_unixtime": "1794817800",
                "from": "Salim",
                "file": "video_files/gate.mp4",
                "media_type": "video_file",
                "text": ["at ", {"type": "bold", "text": "the gate"}],
                "location_information": _GATE,
                "reactions": [{"type": "emoji", "count": 3, "emoji": "x"}],
            }
        ],
    },
    {"Saved Media": [{"Date": "2026-11-16 08:30:00 UTC", "Location": "Latitude, Longitude: 33.9812, 43.2511"}]},
    {"Post": {"Posts": {"VideoList": [{"Date": "2026-11-16 08:30:00", "Link": "https://x.example/7", "Likes": "4"}]}}},
    {"title": "IMG_1.jpg", "photoTakenTime": {"timestamp": "1794817800"}, "geoData": _GATE, "description": "gate"},
    {
        "node": {
            "__typename": "GraphImage",
            "id": "32",
            "shortcode": "Cabc",
            "taken_at_timestamp": 1794817800,
            "owner": {"username": "salim"},
            "edge_media_to_caption": {"edges": [{"node": {"text": "at the gate"}}]},
            "location": {"name": "Falcon Camp", "lat": 33.9812, "lng": 43.2511},
        },
        "instaloader": {"version": "4.14", "node_type": "Post"},
    },
    [{"media": [_PHOTO | {"media_metadata": {"photo_metadata": {"exif_data": [_GATE]}}}], "title": "x"}],
    {
        "participants": [{"name": "x"}],
        "messages": [{"timestamp_ms": 1794817800123, "content": "x", "photos": [_PHOTO]}],
    },
    {
        "events": [
            {"tStartMs": 400, "dDurationMs": 900, "segs": [{"utf8": "at the "}, {"utf8": "gate", "tOffsetMs": 9}]}
        ]
    },
    {"category": "twitter", "tweet_id": 7, "content": "at the gate", "date": "2026-11-16 08:30:00", "filename": "a"},
    {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [43.25, 33.98]}}],
    },
    {"telemetry": [{"lat": 33.98, "lon": 43.25, "time": "2026-11-16T08:30:00Z"}, {"lat": 33.99, "lon": 43.25}]},
    {"1": {"streams": {"GPS5": {"samples": [{"value": [33.98, 43.25, 40.1, 1, 2], "cts": 0, "date": "2026-11-16"}]}}}},
    {"id": "x", "nested": {"caption": "\u0639\u0646\u062f", "list": [1, -2.5e3, True, None, "33.9812, 43.2511"]}},
)
EXPORTS = [json.dumps(one, ensure_ascii=False).encode() for one in _EXPORTS]

_INFO = {
    "id": "7",
    "title": "at the gate 33.9812, 43.2511",
    "description": "near the lake",
    "uploader": "salim",
    "extractor": "youtube",
    "upload_date": "20261116",
    "timestamp": 1794817800,
    "duration": 12.5,
    "tags": ["camp", "lake"],
    "chapters": [{"start_time": 0, "end_time": 5, "title": "gate"}],
    "location": "Falcon Camp",
    "entries": [],
}
_DATE = '<div class="pull_right date details" title="16.11.2026 11:30:00 UTC+03:00">11:30</div>'
_MAP = "https://maps.google.com/maps?q=33.98123,43.25112&amp;z=16"
PAGES = [
    f'<!DOCTYPE html><html><body><div class="page_header"><div class="content"><div class="text bold">news</div></div>'
    f'</div><div class="history"><div class="message default clearfix" id="message7"><div class="body">{_DATE}'
    f'<div class="from_name">Ali</div><a class="photo_wrap" href="photos/a.jpg"><img src="photos/a.jpg"></a>'
    f'<div class="text">north <b>gate</b></div></div></div></div></body></html>',
    '<html><head><meta charset="windows-1256"><meta property="og:description" content="at the gate"><title>x</title>'
    f'<meta name="geo.position" content="33.98;43.25"></head><body><p>caf&eacute; <a href="{_MAP}">here</a></p>'
    '<script type="application/ld+json">{"@type": "Place", "geo": {"latitude": 33.98, "longitude": 43.25}}</script>'
    "<form action='/x'><input name=q value='33.98, 43.25'><select><option>camp</select></form></body></html>",
    "<div class='_a6-g'><div class='_a6-h'>post</div><div class='_a6-p'><img src='media/x.jpg'></div>"
    "<div class='_a6-o'>Nov 16, 2026 11:30 am</div></div>",
]
_TIMED = (
    '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="00:00:01.000" end="2s">at the <br/>gate</p></div>'
    "</body></tt>",
    '<?xml version="1.0"?><timedtext format="3"><body><p t="400" d="900"><s>at</s><s t="9"> gate</s></p></body>'
    "</timedtext>",
)
_RMC = "$GPRMC,083001.00,A,3358.8720,N,04315.0660,E,10.0,145.0,161126,,,A*5C\r\n"
_TRACK = '<trkpt lat="33.98" lon="43.25"><ele>41.5</ele><time>2026-11-16T08:30:02Z</time></trkpt>'
_KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><Placemark>'
    "<name>way</name><gx:Track><when>2026-11-16T08:30:00Z</when><gx:coord>43.25 33.98 12</gx:coord></gx:Track>"
    "<LineString><coordinates>43.2,34.0,0 43.3,34.1,0</coordinates></LineString></Placemark></Document></kml>"
)
_TCX = (
    "<TrainingCenterDatabase><Activities><Activity><Lap><Track><Trackpoint><Time>2026-11-16T08:30:00Z</Time><Position>"
    "<LatitudeDegrees>33.98</LatitudeDegrees><LongitudeDegrees>43.25</LongitudeDegrees></Position></Trackpoint></Track>"
    "</Lap></Activity></Activities></TrainingCenterDatabase>"
)
_ASS = (
    "[Script Info]\nTitle: x\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:02.00,Default,{\\b1}at the gate\\N33.98, 43.25\n"
)
_SRT = "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n2\n00:00:02,000 --> 00:00:03,500\n<i>gate</i>\n"
_DJI = "[iso: 100] [latitude: 33.981200] [longitude: 43.251100] [rel_alt: 1.300 abs_alt: 41.000]"
_CHAT = "16/11/2026, 21:14 - Ali: here\nmore words\n16/11/2026, 21:15 - Ali: IMG_1.jpg (file attached)\n"
_CHAT_OF_APPLE = "[16/11/2026, 21:14:05] Ali: \u200e<attached: gate.mp4>\n[16/11/2026, 21:15:05] Ali: 33.98, 43.25\n"
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="33,58.872N" '
    'exif:GPSLongitude="43,15.066E"></rdf:Description></rdf:RDF></x:xmpmeta>'
)
_CSV = 'url,caption,posted_at,lat,lon\nhttps://x.example/1,at the gate,2026-11-16,33.98,43.25\n"a\nb","x""y",,,\n'
_MAILS = (
    "From: Ali <ali@x.example>\nSubject: =?windows-1256?B?zdHHs8k=?= =?utf-8?Q?gate?=\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=iso-8859-6\nContent-Transfer-Encoding: base64\n\nYXQgdGhlIGdhdGU=\n",
    "From: a@x.example\nMessage-ID: <1@x>\nDate: Mon, 16 Nov 2026 11:30:00 +0300\nMIME-Version: 1.0\n"
    'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n'
    "Content-Transfer-Encoding: quoted-printable\n\nat =D8=A8 the gate\n--b\nContent-Type: text/html\n\n"
    "<html><body><p>north gate</p></body></html>\n--b\n"
    "Content-Type: image/jpeg\nContent-Transfer-Encoding: x-uuencode\n"
    "Content-Disposition: attachment; filename*=utf-8''%D8%A8.jpg\n\nbegin 644 a\n#86%A\n`\nend\n--b--\n",
)
_OTHER_TEXTS = (
    "<?xml version='1.0'?><plist version='1.0'><dict><key>note</key><string>at the gate</string></dict></plist>",
    '<svg xmlns="http://www.w3.org/2000/svg"><title>gate</title><text x="1" y="2">at the gate</text></svg>',
    "BEGIN:VCARD\nVERSION:3.0\nFN:Ali\nGEO:33.98;43.25\nNOTE;ENCODING=QUOTED-PRINTABLE:at=20the gate\nEND:VCARD\n",
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:guard\nLOCATION:north gate\nEND:VEVENT\nEND:VCALENDAR\n",
    "POLYGON((43.2 33.9, 43.3 33.9, 43.3 34.0, 43.2 33.9))\n",
    '{"type": "Point", "coordinates": [43.25, 33.98]}\n{"caption": "at the gate"}\n',
    "url;caption\nhttps://x.example/1;at the gate\n",
)
TEXTS: dict[str, list[str]] = {
    "info_json": [json.dumps(_INFO), json.dumps({"_type": "playlist", "entries": [_INFO, _INFO]})],
    "post_list_csv": [_CSV, _CSV.replace(",", ";"), _CSV.replace(",", "\t")],
    "post_list_jsonl": [
        "\n".join([json.dumps({"url": "x", "caption": "at the gate", "lat": 33.98, "lon": 43.25})] * 2)
    ],
    "srt": [_SRT.format("at the gate"), _SRT.format(_DJI), _SRT.format("HOME(1.0,2.0)\nGPS(43.25,33.98,16)")],
    "vtt": ["WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n<v Ali>at the gate\n"],
    "ass": [_ASS],
    "timed_text": list(_TIMED),
    "nmea": [_RMC * 2, _RMC + "$GPGGA,083002.00,3358.8720,N,04315.0660,E,1,08,0.9,41.0,M,0.0,M,,*66\r\n"],
    "gpx": [f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{_TRACK * 2}</trkseg></trk></gpx>'],
    "kml": [_KML],
    "tcx": [_TCX],
    "xmp": [_XMP],
    "xml": [_XMP, "<root><lat>33.98</lat><lon>43.25</lon><note>at the gate</note></root>"],
    "text": [
        _CHAT,
        _CHAT_OF_APPLE,
        "Title: x\nDate: 2026-11-16\nLat: 33.98\nLon: 43.25\n",
        "plain words",
        *_MAILS,
        *_OTHER_TEXTS,
    ],
}
"""Type of file: contents."""
