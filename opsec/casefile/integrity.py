"""Check a case file before a page is made of it: a damaged or edited file gives one sentence, never a page.

SQLite checks its pages (``PRAGMA quick_check``); then every value that pages show as it is stored is compared with its
bounds. Records that are stored as a whole are checked where they are read (``serialisation.unpack``), and shares again
where a row becomes a record (``checked_share``): the whole of a very large file is checked by ``opsec audit verify``
alone, because that takes longer than the page.
"""

from sqlalchemy import ColumnElement, Connection, String, cast, func, literal, not_, or_, select

from opsec.casefile.schema import decisions, findings, posts
from opsec.casefile.transactions import Transactions
from opsec.model import ACTIONS, STATES
from opsec.verdict.rules import RULE_IDS

MAX_CODE_LENGTH = 200
MAX_CHECKED_BYTES = 256 << 20
"""About 150,000 posts, which take less than a second."""
_STATUSES = ("read", "partly", "unread")
_CONFIDENCES = ("high", "moderate", "low")


def check_integrity(transactions: Transactions, *, whole: bool = False) -> None:
    """Check a case file.

    Parameters
    ----------
    transactions
        Of the case file.
    whole
        Check it however large it is.

    Raises
    ------
    CaseError
        A page of the file is damaged, or a value is outside its bounds. The sentence has nothing of the content.
    """
    with transactions.checked(), transactions.read() as connection:
        if not whole and _size_bytes(connection) > MAX_CHECKED_BYTES:
            return
        _quick_check(connection)
        for table, wrong in ((posts, _wrong_post()), (findings, _wrong_finding()), (decisions, _wrong_decision())):
            if connection.scalar(select(literal(1)).select_from(table).where(wrong).limit(1)) is not None:
                raise ValueError(table.name)


def checked_share(value: float) -> float:
    """Return a likelihood or a severity; ``ValueError`` for one outside 0 to 1, which no scan stores."""
    if not 0 <= value <= 1:
        raise ValueError("share")
    return value


def _size_bytes(connection: Connection) -> int:
    """Return the size of a SQLite file; 0 for another database."""
    if connection.dialect.name != "sqlite":
        return 0
    pages, page_bytes = (connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("page_count", "page_size"))
    return int(pages or 0) * int(page_bytes or 0)


def _quick_check(connection: Connection) -> None:
    """Have SQLite check its pages; other databases check theirs on their own."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
        raise ValueError("quick_check")


def _wrong_post() -> ColumnElement[bool]:
    row = posts.c
    return or_(
        _outside(row.likelihood),
        _outside(row.severity),
        row.action.not_in(ACTIONS),
        row.status.not_in(_STATUSES),
        row.confidence.not_in(_CONFIDENCES),
        row.all_there.not_in((0, 1)),
        _no_time(row.first_seen_at),
        _no_time(row.last_seen_at),
    )


def _wrong_finding() -> ColumnElement[bool]:
    row = findings.c
    return or_(
        _outside(row.likelihood),
        _outside(row.severity),
        row.action.not_in(ACTIONS),
        row.rule.not_in(RULE_IDS),
        row.in_fence.not_in((0, 1)),
        func.length(row.site_code) > MAX_CODE_LENGTH,
        func.length(row.site) > MAX_CODE_LENGTH,
        func.length(row.number) > MAX_CODE_LENGTH,
        _no_time(row.first_seen_at),
        _no_time(row.last_seen_at),
    )


def _wrong_decision() -> ColumnElement[bool]:
    row = decisions.c
    return or_(row.from_state.not_in(STATES), row.to_state.not_in(STATES), _no_time(row.made_at))


def _outside(share: ColumnElement[float]) -> ColumnElement[bool]:
    return not_(share.between(0, 1))


def _no_time(moment: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a text has not the form of a stored time; its digits are read where it is shown."""
    return not_(cast(moment, String).like("____-__-__T__:__:__.______Z"))
