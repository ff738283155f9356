"""A fictional scan and week, made by hand: every kind of clip that a report has to show."""

from datetime import date, timedelta

from opsec.i18n.reasons import make_reason
from opsec.model import (
    Advice,
    Bilingual,
    Check,
    CheckState,
    Clip,
    Contribution,
    Counts,
    Coverage,
    Exposure,
    ExposureLine,
    Finding,
    Fix,
    Hint,
    Match,
    Point,
    Post,
    RepeatSource,
    Result,
    Scan,
    Skipped,
    TakedownFunnel,
    Verdict,
    WeekFigures,
    WorstClip,
    ZoneLine,
)

ALL_RAN: dict[Check, CheckState] = {
    "metadata": "ran",
    "telemetry": "not_applicable",
    "sidecar": "ran",
    "caption": "ran",
    "signage": "not_configured",
    "landmarks": "not_configured",
    "layout": "not_configured",
}
CAPTION = "الليلة في معسكر الصقر مع الشباب 🦅 #الصقر"


def why(en: str, ar: str) -> Bilingual:
    return Bilingual(en, ar)


INSIDE = Match(
    id="m1",
    hint_ids=("h1",),
    site="falcon-camp",
    zone="north gate",
    rule="GPS-IN-FENCE",
    grade="strong",
    log_odds=5.9914645,
    distance_m=0.0,
    why=why(
        "The file carries a position inside the fence of F-07, 34 m from its north gate",
        "يحمل الملف موقعًا داخل سياج \u2066F-07\u2069 على بعد \u206634\u2069 م من بوابته الشمالية",
    ),
)
NAMED = Match(
    id="m2",
    hint_ids=("h2",),
    site="falcon-camp",
    rule="NAME-IN-CAPTION",
    grade="strong",
    log_odds=4.0943446,
    span=(10, 21),
    why=why("The caption names the site", "يذكر الوصف اسم الموقع"),
)
WRITTEN = Match(
    id="m1",
    hint_ids=("h1",),
    site="heron-depot",
    rule="COORDINATES-WRITTEN",
    grade="probable",
    log_odds=3.2188758,
    distance_m=212.44,
    span=(8, 26),
    why=why(
        "Coordinates in the caption lie 212 m outside the fence of D-02",
        "إحداثيات مكتوبة في الوصف تقع على بعد \u2066212\u2069 م خارج سياج \u2066D-02\u2069",
    ),
)


def flagged_clip() -> Result:
    hints = (
        Hint(
            id="h1",
            kind="position",
            family="META",
            reader="boxes",
            field="moov/udta/©xyz",
            point=Point(31.00512347, 42.00498768),
            accuracy_m=8.04,
        ),
        Hint(id="h2", kind="text", family="TEXT", reader="words", field="caption", text=CAPTION),
        Hint(
            id="h3",
            kind="track",
            family="META",
            reader="boxes",
            field="moov/trak/gps0",
            at_s=0.0,
            until_s=2.0,
            fixes=(Fix(0.0, Point(31.005, 42.005), 41.26, 90.0), Fix(1.0, Point(31.0051, 42.0051))),
        ),
    )
    verdict = Verdict(
        action="act_now",
        site="falcon-camp",
        likelihood=0.98765,
        confidence="moderate",
        severity=0.8,
        contributions=(
            Contribution(
                "PRIOR",
                -2.1972246,
                why("Before looking: 10 in 100 posts", "قبل النظر: \u206610\u2069 من كل \u2066100\u2069 منشور"),
            ),
            Contribution("META", 5.9914645, INSIDE.why),
            Contribution("TEXT", 4.0943446, NAMED.why),
        ),
        not_assessed=("signage", "landmarks", "layout"),
    )
    return Result(
        clip=Clip(
            path="inbox/2026-11-18/حفلة الليلة.mp4",
            sha256="3f" * 32,
            post=Post(
                author="@eagle_77",
                caption=CAPTION,
                posted_at="2026-11-18T22:14:00+03:00",
                url="https://video.example/p/1",
                source="yt-dlp",
            ),
            coverage=Coverage(
                status="read",
                seconds_claimed=14.02,
                seconds_read=14.02,
                frames_read=0,
                checks=ALL_RAN,
            ),
            hints=hints,
        ),
        matches=(INSIDE, NAMED),
        verdict=verdict,
        findings=(
            Finding(
                likelihood=0.98765,
                fingerprint="a1b2c3d4" * 8,
                number="0f1e2d3c4b",
                rule="GPS-IN-FENCE",
                site="falcon-camp",
                severity=0.8,
                match_ids=("m1", "m2"),
                action="act_now",
            ),
        ),
    )


def partly_clip() -> Result:
    text = "نلتقي ⟶ 31.00498, 42.01213 الساعة 9"
    start = text.index("31.")
    hint = Hint(
        id="h1",
        kind="position",
        family="TEXT",
        reader="words",
        field="caption",
        text=text,
        point=Point(31.00498, 42.01213),
    )
    match = Match(
        id="m1", hint_ids=("h1",), site=WRITTEN.site, rule=WRITTEN.rule, grade=WRITTEN.grade, log_odds=WRITTEN.log_odds,
        distance_m=WRITTEN.distance_m, span=(start, start + 18), why=WRITTEN.why,
    )  # fmt: skip
    return Result(
        clip=Clip(
            path="inbox/-rf.mp4",
            sha256="0c" * 32,
            post=Post(author="sand.fox", caption=text, posted_at="2026-11-19T07:00:00Z"),
            coverage=Coverage(
                status="partly",
                reasons=(make_reason("cut_off", part="moov box"), make_reason("bad_place", field="©xyz", count=2)),
                seconds_claimed=31.5,
                seconds_read=12.0,
                checks={**ALL_RAN, "metadata": "failed"},
            ),
            hints=(hint,),
        ),
        matches=(match,),
        verdict=Verdict(
            action="review",
            site="heron-depot",
            likelihood=0.7355,
            confidence="low",
            severity=0.5,
            contributions=(
                Contribution(
                    "PRIOR",
                    -2.1972246,
                    why("Before looking: 10 in 100 posts", "قبل النظر: \u206610\u2069 من كل \u2066100\u2069 منشور"),
                ),
                Contribution("TEXT", 3.2188758, WRITTEN.why),
            ),
            not_assessed=("metadata", "signage", "landmarks", "layout"),
        ),
        findings=(
            Finding(
                likelihood=0.7355,
                fingerprint="77ee0011" * 8,
                number="5a6978870f",
                rule="COORDINATES-WRITTEN",
                site="heron-depot",
                severity=0.5,
                match_ids=("m1",),
                action="review",
            ),
        ),
    )


def clean_clip(path: str = "inbox/sunset.jpg", caption: str = "Sunset over the river") -> Result:
    return Result(
        clip=Clip(
            path=path,
            sha256="5a" * 32,
            post=Post(caption=caption),
            coverage=Coverage(status="read", frames_read=1, checks=ALL_RAN),
            hints=(Hint(id="h1", kind="text", family="TEXT", reader="words", field="caption", text=caption),),
        ),
        matches=(),
        verdict=Verdict(
            action="nothing_found",
            site=None,
            likelihood=0.0513,
            confidence="moderate",
            severity=0.0,
            not_assessed=("signage", "landmarks", "layout"),
        ),
        findings=(),
    )


def unread_clip() -> Result:
    return Result(
        clip=Clip(
            path="inbox/broken.mp4",
            sha256="ee" * 32,
            post=Post(),
            coverage=Coverage(
                status="unread",
                reasons=(make_reason("timeout", limit_s=24),),
                checks={**ALL_RAN, "metadata": "failed", "caption": "ran"},
            ),
            hints=(),
        ),
        matches=(),
        verdict=Verdict(
            action="nothing_found",
            site=None,
            likelihood=0.1,
            confidence="low",
            severity=0.0,
            not_assessed=("metadata", "signage", "landmarks", "layout"),
        ),
        findings=(),
    )


def made_scan(*more: Result) -> Scan:
    results = (partly_clip(), unread_clip(), flagged_clip(), clean_clip(), *more)
    return Scan(
        settings_sha256="ab" * 32,
        sites_sha256="cd" * 32,
        site_codes={"falcon-camp": "F-07", "heron-depot": "D-02"},
        results=results,
        skipped=(Skipped("inbox/notes.pdf", make_reason("unknown_type")),),
        counts=Counts(
            clips=len(results),
            read=len(results) - 1,
            flagged=2,
            hidden=0,
            not_fully_checked=2,
        ),
    )


def _trend(*flagged: int) -> tuple[WeekFigures, ...]:
    """Weeks up to 2026-W47 with these numbers of flagged clips."""
    first = date(2026, 11, 15) - timedelta(days=7 * (len(flagged) - 1))
    return tuple(
        WeekFigures(
            week=f"2026-W{47 - len(flagged) + 1 + index:02}",
            first_day=(first + timedelta(days=7 * index)).isoformat(),
            last_day=(first + timedelta(days=7 * index + 6)).isoformat(),
            clips=1130 if index < len(flagged) - 1 else 1204,
            read=1120 if index < len(flagged) - 1 else 1187,
            flagged=count,
            flagged_late=2 if index == 2 else 0,
            findings=count,
            act_now=4,
            removed=3,
            online=40 + index,
        )
        for index, count in enumerate(flagged)
    )


def made_exposure() -> Exposure:
    return Exposure(
        week="2026-W47",
        first_day="2026-11-15",
        last_day="2026-11-21",
        issued_on="2026-11-22",
        clips=1204,
        clips_week_before=1130,
        flagged=9,
        flagged_week_before=14,
        removed=0,
        hidden=0,
        hidden_week_before=0,
        not_fully_checked=17,
        not_fully_checked_by_group={"damaged": 9, "stopped": 5, "encrypted": 3},
        unread=6,
        checks_not_run={"landmarks": 12},
        lines=(
            ExposureLine(site_code="F-07", rule="GPS-IN-FENCE", findings=3, findings_week_before=7),
            ExposureLine(site_code="F-07", rule="NAME-IN-CAPTION", findings=2, findings_week_before=1),
            ExposureLine(site_code="D-02", rule="COORDINATES-WRITTEN", findings=4, findings_week_before=4),
            ExposureLine(site_code="K-11", rule="NAME-IN-FILE", findings=0, findings_week_before=2),
        ),
        zones=(
            ZoneLine(site_code="D-02", zone=None, zone_code="", zone_class=None, findings=4),
            ZoneLine(site_code="F-07", zone="North Tower", zone_code="Z-1a2b", zone_class="guard_post", findings=3),
            ZoneLine(site_code="F-07", zone="Fuel Yard", zone_code="Z-3c4d", zone_class="vehicle_park", findings=2),
        ),
        worst=(
            WorstClip(
                number="a1b2c3d4e5",
                site_code="F-07",
                rule="GPS-IN-FENCE",
                action="act_now",
                likelihood=0.99,
                severity=0.8,
                due="2026-11-18",
                is_overdue=True,
                unit="Third Battalion",
                band="inside",
            ),
            WorstClip(
                number="77ee001122",
                site_code="D-02",
                rule="COORDINATES-WRITTEN",
                action="act_today",
                likelihood=0.735,
                severity=0.5,
                state="takedown_requested",
                due="2026-11-25",
                owner="Officer Karim",
            ),
            WorstClip(
                number="09af34ccdd",
                site_code="F-07",
                rule="NAME-IN-CAPTION",
                action="review",
                likelihood=0.41,
                severity=0.8,
                due="2026-11-25",
            ),
        ),
        online_by_site={"F-07": 31, "D-02": 14, "K-11": 2},
        trend=_trend(3, 8, 5, 11, 7, 9, 14, 9),
        sources=(
            RepeatSource(
                pseudonym="5ab0c3d1",
                account="salim_17",
                clips=6,
                clips_this_week=2,
                weeks=4,
                site_codes=("F-07",),
                numbers=("a1b2c3d4e5",),
            ),
        ),
        takedown=TakedownFunnel(
            requested=14,
            acknowledged=9,
            removed=11,
            rejected=1,
            waiting=2,
            reappeared=1,
            overdue=1,
            hours_median=21.4,
            hours_p90=46.0,
        ),
        advice=(
            Advice(
                kind="take_down",
                count=4,
                site_code="F-07",
                unit="Third Battalion",
                due="2026-11-22",
                numbers=("a1b2c3d4e5",),
            ),
            Advice(kind="read", count=9, group="damaged"),
        ),
        advice_before=(Advice(kind="chase", count=7, site_code="D-02", due="2026-11-14", done=3),),
        units={"F-07": "Third Battalion"},
        site_names={"F-07": "Falcon Camp"},
    )
