"""One picture after another to codes, a state, and what is shown. No thread and no clock of its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from kiosk.domain.picture import Advice, Corner, Shot
from kiosk.services.scanner.attention import CELLS, Attention, Held
from kiosk.services.scanner.decoding import load
from kiosk.services.scanner.gates import Found
from kiosk.services.scanner.light import Steady, advise, is_black, is_white
from kiosk.services.scanner.sight import Sight

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from kiosk.services.scanner.source import Picture

FINE: Final = 4
"""Of so many pixels across and down one is taken to tell motion and light by: enough, once they are averaged."""

BLACK_S: Final = 2.0
ADVICE_S: Final = 0.6
"""How long a picture has to be black, and a reason for advice to last, until it is said [s]."""


def small(picture: "Picture") -> "NDArray[uint8]":
    """A small grey picture of it, each cell the mean of many pixels: motion and light are told by it."""
    return _averaged(_sample(picture))


def _sample(picture: "Picture") -> "NDArray[uint8]":
    return picture[::FINE, ::FINE, 1].copy()  # green is most of what grey is


def _averaged(sample: "NDArray[uint8]") -> "NDArray[uint8]":
    cv2: Any = load().cv2
    cells: NDArray[uint8] = cv2.resize(sample, CELLS, interpolation=cv2.INTER_AREA)
    return cells


class Decodes(Protocol):
    """Reads codes in pictures (decoding.py)."""

    def begin(self) -> None:
        """Something new is held up."""

    def look(self, grey: "NDArray[uint8]") -> list[Found]:
        """The codes in a picture."""


class Confirms(Protocol):
    """Says which readings count (gates.py)."""

    def take(self, found: list[Found], at: float) -> list[Found]:
        """Take the readings of this time [s]."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a picture.

    Attributes:
        codes: What is newly held up, each once.
        sight: SEEING, BLACK or FROZEN.
        is_awake: Something happens: the next pictures are wanted soon.
        shot: For people, when it was asked for.
    """

    codes: list[str]
    sight: Sight
    is_awake: bool
    shot: Shot | None


class Eye:
    """Looks at the pictures of one camera.

    Args:
        decoder: Reads codes.
        gates: Says which readings count.
        mirror: What is shown is as in a mirror: who moves a thing to their right sees it go there. Nothing else is.
        frozen_s: Pictures that are the same for so long stand still [s].
    """

    def __init__(self, decoder: Decodes, gates: Confirms, *, mirror: bool, frozen_s: float) -> None:
        self._decoder = decoder
        self._gates = gates
        self._mirror = mirror
        self._cv2: Any = load().cv2
        self._attention = Attention()
        self._held = Held()
        self._known: list[Found] = []
        self._was_shown = False
        self._frozen_s = frozen_s
        self._last = b""
        self._changed = 0.0
        self._black = Steady(value=False, lasts_s=BLACK_S)
        self._advice: Steady[Advice | None] = Steady(None, ADVICE_S)

    def look(self, picture: "Picture", at: float, shown: tuple[int, int]) -> Seen:
        """Look at a picture.

        Args:
            picture: As the camera gives it.
            at: Monotonic time [s].
            shown: How large it is to be shown [px]; (0, 0) when it is not.
        """
        if all(shown) and not self._was_shown:
            # a code is asked for now: one that is before the camera already is the answer
            self._held, self._known = Held(), []
        self._was_shown = all(shown)
        sample = _sample(picture)
        cells = _averaged(sample)
        sight = self._sight(sample.tobytes(), cells, at)
        if self._attention.see(cells, at):
            self._decoder.begin()
        is_awake = self._attention.is_awake(at)
        found, codes = self._read(picture, at) if is_awake else ([], [])
        advice = self._advice.take(advise(cells, self._attention.searching_s(at)), at)
        shot = self._shot(picture, found, shown, advice) if all(shown) else None
        return Seen(codes, sight, is_awake, shot)

    def _sight(self, bits: bytes, cells: "NDArray[uint8]", at: float) -> Sight:
        # where all is black or all is white, two pictures may well be the same
        if bits != self._last or is_black(cells) or is_white(cells):
            self._last, self._changed = bits, at
        if self._black.take(is_black(cells), at):
            return Sight.BLACK
        return Sight.FROZEN if at - self._changed >= self._frozen_s else Sight.SEEING

    def _read(self, picture: "Picture", at: float) -> tuple[list[Found], list[str]]:
        """What is in it, and of that what is newly held up.

        While nothing stays but codes that are known, every second picture is enough to see that they do.
        """
        if self._known:
            known, self._known = self._known, []
            return known, []
        found = self._decoder.look(self._cv2.cvtColor(picture, self._cv2.COLOR_BGR2GRAY))
        codes = self._held.take(found, self._gates.take(found, at), at)
        if any(self._held.holds(one.text) for one in found):
            self._attention.found(at)
        if not codes and all(self._held.holds(one.text) for one in found):
            self._known = found
        return found, codes

    def _shot(self, picture: "Picture", found: list[Found], size: tuple[int, int], advice: Advice | None) -> Shot:
        """Cut to the shape that is wanted, around the middle."""
        high, wide = picture.shape[:2]
        scale = min(wide / size[0], high / size[1])
        width, height = round(size[0] * scale), round(size[1] * scale)
        left, top = (wide - width) // 2, (high - height) // 2
        small = self._cv2.resize(picture[top : top + height, left : left + width], size)
        if self._mirror:
            small = self._cv2.flip(small, 1)

        def shown(corner: Corner) -> Corner:
            x, y = (corner.x * wide - left) / width, (corner.y * high - top) / height
            return Corner(1 - x if self._mirror else x, y)

        # a code that two engines read is there twice; the first had the whole picture to find its corners in
        held = {one.text: one.corners for one in reversed(found) if self._held.holds(one.text)}
        codes = tuple(tuple(map(shown, corners)) for corners in held.values())
        # not copied: a copy of some megabytes would be made under Python's lock, and the screen wait for it
        pixels = self._cv2.cvtColor(small, self._cv2.COLOR_BGR2BGRA).reshape(-1).data
        return Shot(size[0], size[1], pixels, codes, advice)
