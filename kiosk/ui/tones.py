"""Which tone goes with what the screen has just begun to show. Nothing is told by a tone alone."""

from enum import StrEnum

from kiosk.flows.manager.views import STAFF_VIEWS
from kiosk.flows.views import (
    AmountView,
    BasketView,
    Certainty,
    CertaintyView,
    DoneView,
    PhoneView,
    ScanNotice,
    ScanView,
    Shown,
    StartView,
    View,
    WorkingView,
)


class Tone(StrEnum):
    """What is told. The value names the file in resources/sounds."""

    OK = "ok"
    """What was scanned or touched is taken."""
    UNKNOWN = "unknown"
    """What was scanned is not."""
    ATTENTION = "attention"
    """A person is wanted: help was called, is anybody there, the receipt did not come out, staff have to look."""
    DONE = "done"
    """Paid."""


def is_of_staff(view: View) -> bool:
    """Whether it is on the staff's side of the machine, where nothing sounds and nothing speaks."""
    return isinstance(view, STAFF_VIEWS)


def tone_of(before: Shown, now: Shown) -> Tone | None:
    """The tone of a change from one thing shown to the next; the one that matters most if there are several."""
    if _calls(before, now):
        return Tone.ATTENTION
    if isinstance(now.view, DoneView) and not isinstance(before.view, DoneView):
        return Tone.DONE
    return _of_scan(before.view, now.view)


def _calls(before: Shown, now: Shown) -> bool:
    """Whether somebody is called who was not called before."""
    is_help = now.help_code not in {"", before.help_code}
    is_idle = now.idle_left_s is not None and before.idle_left_s is None
    return is_help or is_idle or (_is_for_staff(now.view) and not _is_for_staff(before.view))


def _is_for_staff(view: View) -> bool:
    match view:
        case DoneView():
            return view.printed is False
        case CertaintyView():
            return view.kind in {Certainty.PARKED, Certainty.STAFF}
        case _:
            return False


def _of_scan(before: View, now: View) -> Tone | None:
    match now:
        case BasketView():
            return _of_notice(before, now)
        case ScanView():
            is_news = not isinstance(before, ScanView) or before.problem != now.problem
            return Tone.UNKNOWN if now.problem and is_news else None
        case AmountView() | PhoneView() | WorkingView():
            return Tone.OK if isinstance(before, ScanView) else None
        case _:
            return None


def _of_notice(before: View, now: BasketView) -> Tone | None:
    """Who comes back to the basket from paying finds what was said of the last scan; it was heard then."""
    is_back = not isinstance(before, BasketView | StartView)
    serial = before.notice_serial if isinstance(before, BasketView) else 0
    if is_back or now.notice is None or now.notice_serial == serial:
        return None
    return Tone.OK if now.notice is ScanNotice.ADDED else Tone.UNKNOWN
