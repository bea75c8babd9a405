"""Draws the pictures of the demo's products: flat drawings of our own, one SVG for each line of its catalogue.

python packaging/demo_pictures.py [FOLDER]
"""

import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1] / "resources" / "demo" / "pictures"
HEAD: Final = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="120" viewBox="0 0 120 120">'


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0) -> str:
    """A rectangle with round corners."""
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}"/>'


def oval(x: float, y: float, rx: float, ry: float, fill: str, turn: float = 0) -> str:
    """An ellipse, turned by so many degrees."""
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}" transform="rotate({turn} {x} {y})"/>'


def dot(x: float, y: float, r: float, fill: str) -> str:
    """A circle."""
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}"/>'


def form(way: str, fill: str) -> str:
    """What a path goes round."""
    return f'<path d="{way}" fill="{fill}"/>'


def line(way: str, colour: str, thick: float) -> str:
    """A path as a line."""
    return (
        f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{thick}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def white(way: str) -> str:
    """White things have an edge, because the tile behind them may be white."""
    return f'<path d="{way}" fill="#FFFFFF" stroke="#D8D0C4" stroke-width="1.5" stroke-linejoin="round"/>'


def shade(rx: float) -> str:
    """Under what stands."""
    return f'<ellipse cx="60" cy="111" rx="{rx}" ry="4" fill="#000000" fill-opacity="0.10"/>'


def shine(x: float, y: float, h: float) -> str:
    """On what is of glass or tin."""
    return f'<rect x="{x}" y="{y}" width="5" height="{h}" rx="2.5" fill="#FFFFFF" fill-opacity="0.55"/>'


def cup(sleeve: str, mark: str) -> str:
    """Of paper, with a lid."""
    return (
        shade(24)
        + white("M37 32H83L77 106Q76 110 72 110H48Q44 110 43 106Z")
        + form("M70 32H83L77 106Q76 110 72 110H64Z", "#EFEAE3")
        + form("M39.500 54H80.500L77.500 88H42.500Z", sleeve)
        + rect(33, 22, 54, 11, "#40302A", 5)
        + rect(39, 13, 42, 11, "#5A453C", 5)
        + oval(60, 71, 7, 10, mark, 25)
        + line("M57 63Q63 70 59 79", sleeve, 2)
    )


def bottle(drink: str, cap: str, label: str, mark: str) -> str:
    """With a drink and a label."""
    return (
        shade(20)
        + form("M52 24H68V34Q81 40 81 54V102Q81 110 73 110H47Q39 110 39 102V54Q39 40 52 34Z", drink)
        + rect(51, 11, 18, 13, cap, 4)
        + rect(39, 60, 42, 28, label)
        + mark
        + shine(45, 44, 60)
    )


def bag(colour: str, dark: str, inside: str) -> str:
    """Of foil, with a window."""
    return (
        shade(30)
        + form("M30 16H90L87 26Q94 66 88 98L91 109H29L32 98Q26 66 33 26Z", colour)
        + form("M30 16H90L87.500 24H32.500Z", dark)
        + form("M31.500 100H88.500L91 109H29Z", dark)
        + inside
    )


def triangle(rice: str, grains: tuple[str, ...]) -> str:
    """Of rice and seaweed."""
    places = ((60, 34), (50, 50), (70, 52), (44, 68), (76, 70), (61, 62))
    specks = "".join(oval(x, y, 3.5, 2.2, grains[at % len(grains)], 40 * at) for at, (x, y) in enumerate(places))
    return (
        shade(42)
        + white(way := "M50 20Q60 4 70 20L107 92Q114 108 96 108H24Q6 108 13 92Z")
        + form(way, rice)
        + specks
        + form("M40 78H80V108H40Z", "#26362B")
        + form("M40 78H80V83H40Z", "#3A5142")
    )


def cells(x: float, y: float, fill: str) -> str:
    """Nine pieces of a bar."""
    return "".join(rect(x + 18 * at, y + 18 * row, 16, 16, fill, 3) for row in range(3) for at in range(3))


DRAWINGS: Final = {
    "D001": cup("#B57F52", "#5B3A22"),
    "D002": shade(24)
    + white("M36 22H84L77 104Q76 110 70 110H50Q44 110 43 104Z")
    + form("M39 44H81L79 64H41Z", "#8A5A35")
    + form("M41 64H79L77.500 82H42.500Z", "#BF8F63")
    + form("M42.500 82H77.500L75 102Q74 106 70 106H50Q46 106 45 102Z", "#F1DFC8")
    + form("M37.800 34Q49 26 60 33T82.200 34L81 46H39Z", "#FFF6E8")
    + shine(48, 50, 46),
    "D003": bottle("#BFE0F7", "#2F7FC4", "#4C9BDB", form("M60 65Q68 76 60 83Q52 76 60 65Z", "#FFFFFF")),
    "D004": bottle("#B8793A", "#3F7A44", "#F5E8CC", line("M60 84V66M60 72L54 66M60 72L66 66M60 79L54 73M60 79L66 73",
        "#9A6A22", 2.5)),
    "D005": shade(26)
    + form("M36 46L46 22H74L84 46V108Q84 110 82 110H38Q36 110 36 108Z", "#FFE27A")
    + form("M68 46L74 22L84 46V108Q84 110 82 110H68Z", "#F2CB4E")
    + rect(44, 13, 32, 10, "#FFF3C2", 2)
    + form("M36 46H84V52H36Z", "#FFF3C2")
    + line("M44 68Q46 92 68 90", "#FFFFFF", 14)
    + line("M45 68Q47 90 67 89", "#F6B900", 9)
    + dot(44.5, 66, 3, "#7A5B12"),
    "D006": shade(22)
    + form("M42 20H78L84 28V102L78 110H42L36 102V28Z", "#8E1F3B")
    + form("M42 20H78L82 26H38Z", "#D9DCE0")
    + form("M38 104H82L78 110H42Z", "#C3C7CC")
    + form("M36 76Q50 60 62 70T84 58V84Q72 82 62 92T36 96Z", "#FFFFFF")
    + dot(52, 44, 5, "#C65672") + dot(66, 38, 3.5, "#C65672") + dot(64, 52, 4, "#C65672")
    + shine(42, 32, 34),
    "D007": bottle("#F79A1E", "#3F9A4A", "#FFF4DC", dot(60, 74, 11, "#F58412") + dot(60, 74, 8.5, "#FFC56B")
        + line("M60 66V82M52.500 70L67.500 78M67.500 70L52.500 78", "#F58412", 1.8)),
    "S001": bag("#7FA35B", "#5F8340", rect(42, 42, 36, 44, "#F7F0DC", 10)
        + oval(53, 58, 6, 10, "#A9683A", -25) + oval(67, 60, 6, 10, "#C98B4F", 20)
        + oval(57, 75, 8, 6, "#D9B27C", 10) + line("M52 50Q55 58 54 66", "#8A4F26", 1.5)
        + line("M68 52Q66 60 67 68", "#A66C34", 1.5)),
    "S002": bag("#F5B82E", "#D99512", dot(60, 62, 23, "#FFF6DA") + oval(52, 62, 13, 9, "#F0C257", -30)
        + oval(67, 58, 13, 9, "#E6AE3A", 35) + oval(62, 73, 13, 8, "#F6D27A", 5)
        + line("M46 64Q52 58 58 60", "#D49A2A", 1.5)),
    "S003": shade(36)
    + dot(60, 62, 46, "#C68642") + dot(58, 59, 42, "#D79A56")
    + "".join(dot(x, y, r, "#4A2C1B") for x, y, r in (
        (42, 42, 7), (66, 36, 5.5), (80, 56, 7), (56, 62, 6.5), (36, 68, 5.5), (72, 80, 6.5), (50, 86, 5.5)))
    + "".join(dot(x, y, 1.6, "#B3762F") for x, y in ((54, 48), (70, 68), (44, 56), (62, 92), (84, 72))),
    "S004": shade(38)
    + "".join(dot(60 + x, 60 + y, 16, "#8F4F1C") for x, y in (
        (0, -32), (23, -23), (32, 0), (23, 23), (0, 32), (-23, 23), (-32, 0), (-23, -23)))
    + dot(60, 60, 36, "#A9652A") + dot(60, 60, 28, "#BF7A38")
    + "".join(oval(60 + x, 60 + y, 4, 9, "#8F4F1C", turn) for x, y, turn in (
        (0, -14, 0), (13, -4, 72), (8, 12, 144), (-8, 12, 216), (-13, -4, 288)))
    + dot(60, 60, 5, "#F3DBA6"),
    "S005": shade(32)
    + rect(32, 10, 58, 70, "#6A3D24", 5) + cells(35, 14, "#84502F")
    + form("M28 58L36 52L44 60L52 52L60 60L68 52L76 60L84 52L92 58V104Q92 110 86 110H34Q28 110 28 104Z", "#C9CED6")
    + form("M28 66H92V104Q92 110 86 110H34Q28 110 28 104Z", "#7A3E9D")
    + rect(38, 78, 44, 16, "#F4E3FB", 8),
    "S006": shade(40)
    + rect(14, 56, 42, 42, "#E8476A", 11) + rect(64, 58, 42, 42, "#4CAF6D", 11) + rect(39, 18, 42, 42, "#F7A823", 11)
    + "".join(dot(x, y, 2, "#FFFFFF") for x, y in ((28, 72), (42, 86), (36, 64), (78, 74), (92, 88), (86, 66),
        (53, 34), (67, 48), (62, 26))),
    "M001": triangle("none", ("#E0DACF",)),
    "M002": triangle("#F29B4B", ("#C8442A", "#FBD08A", "#5F9A3C")),
    "M003": shade(44)
    + form("M14 88L92 16Q98 12 99 20L106 88Z", "#E8C48C")
    + form("M24 84L90 24L97 84Z", "#FFF3DC")
    + rect(12, 86, 96, 6, "#7DB64A", 3) + rect(14, 91, 92, 7, "#F08FA0", 3) + rect(12, 97, 96, 5, "#FFD24D", 2)
    + form("M12 101H108V104Q108 109 103 109H17Q12 109 12 104Z", "#E8C48C"),
    "M004": shade(28)
    + white("M28 34H92L82 104Q81 110 75 110H45Q39 110 38 104Z")
    + form("M31.500 58H88.500L84.500 86H35.500Z", "#D8402F")
    + line("M44 72Q49 64 54 72T64 72T74 72", "#FFE3A6", 4)
    + line("M44 79Q49 71 54 79T64 79T74 79", "#FFE3A6", 4)
    + rect(24, 25, 72, 11, "#F3C94E", 5)
    + line("M70 25L92 6M78 25L100 9", "#9A6A3A", 4),
    "M005": shade(48)
    + rect(8, 22, 104, 86, "#2F2A2A", 12) + rect(14, 28, 46, 74, "#FFFFFF", 7)
    + rect(64, 28, 42, 44, "#F6EBDD", 7) + rect(64, 76, 20, 26, "#EAF3DF", 6) + rect(87, 76, 19, 26, "#FFF1CC", 6)
    + "".join(oval(x, y, 11, 5, fill, turn) for x, y, fill, turn in (
        (76, 40, "#7A4528", 20), (92, 44, "#925733", -15), (80, 54, "#8A4E2C", -25), (94, 60, "#7A4528", 15)))
    + dot(74, 89, 6, "#5FA244") + dot(77, 84, 4, "#7CBB5C") + oval(96, 89, 6, 8, "#F4B72E")
    + "".join(dot(x, y, 1.6, "#3A3A3A") for x, y in ((32, 58), (38, 64), (44, 58), (36, 52), (40, 70))),
    "M006": shade(40)
    + oval(42, 70, 27, 36, "#B9794A", -8) + oval(36, 60, 9, 14, "#D39C6D", -8)
    + oval(79, 74, 26, 34, "#A4663A", 10) + oval(75, 64, 8, 13, "#C58B5C", 10),
    "M007": shade(42)
    + form("M56 12L68 10L70 30Q98 54 110 88Q112 98 102 98Q66 86 56 34Z", "#F2C230")
    + form("M56 14L64 12L66 32Q80 66 86 98Q86 108 77 105Q50 82 52 34Z", "#FBD74B")
    + form("M54 14L62 12L62 34Q58 72 50 104Q46 112 38 106Q30 70 50 32Z", "#FFE371")
    + form("M53 10H69V22H53Z", "#8A6A24")
    + dot(106, 94, 4, "#7A5B1C") + dot(81, 103, 4, "#7A5B1C") + dot(43, 106, 4, "#7A5B1C"),
    "L001": shade(44)
    + white("M36 56Q34 26 50 30Q56 12 66 28Q84 20 82 56Z")
    + line("M52 52Q50 40 54 36M68 52Q70 42 66 36", "#DCE6EE", 2.5)
    + rect(12, 50, 96, 58, "#7FC4E8", 12) + oval(60, 55, 32, 6, "#4F9CC9")
    + dot(60, 84, 13, "#FFFFFF") + dot(55, 82, 4, "#7FC4E8") + dot(65, 82, 4, "#7FC4E8") + dot(60, 89, 4, "#7FC4E8"),
    "L002": shade(34)
    + rect(34, 12, 12, 96, "#2FA7A0", 6) + rect(28, 14, 8, 28, "#FFFFFF", 3)
    + rect(28, 14, 8, 7, "#BFE7E4", 2) + rect(28, 28, 8, 7, "#BFE7E4", 2)
    + white("M62 30H92L96 104H58Z") + form("M60.500 58H93.500L95 86H59Z", "#E4566E")
    + rect(57, 102, 40, 7, "#D4D9DE", 2) + rect(70, 16, 14, 15, "#E4566E", 3),
    "L003": shade(34)
    + "".join(
        rect(x + 9, 12, 12, 8, "#C3C7CC", 2) + rect(x, 18, 30, 90, "#2E3440", 5) + rect(x, 18, 30, 30, "#E0A526", 5)
        + rect(x, 42, 30, 6, "#E0A526") + line(f"M{x + 10} 33H{x + 20}M{x + 15} 28V38", "#FFFFFF", 3)
        + shine(x + 4, 52, 48)
        for x in (26, 64)),
    "L004": form("M60 16Q106 18 110 64Q99 54 88 64Q74 52 60 64Q46 52 32 64Q21 54 10 64Q14 18 60 16Z", "#3E6FC4")
    + form("M60 16Q82 30 88 64Q74 52 60 64Q46 52 32 64Q38 30 60 16Z", "#5C8BDB")
    + line("M60 8V16", "#40302A", 4) + line("M60 62V98Q60 108 70 108T80 98", "#40302A", 5),
}  # fmt: skip
"""By the store's own key."""


def draw_all(folder: Path) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawing in DRAWINGS.items():
        (folder / f"{name}.svg").write_text(f"{HEAD}{drawing}</svg>\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
