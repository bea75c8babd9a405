"""The one style sheet. Type and sizes are set where a widget is made; here are colours, corners and states."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.theme import Theme

TONES = ("done", "wait", "act", "calm", "accent")

EDGE = 4
"""How thick an edge is, where the palette has one [px]."""


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet chooses by, and draw the widget anew if it was another."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def style_sheet(theme: Theme) -> str:
    """Colours, corners and states of every widget."""
    return "\n".join((_ground(theme), _pressables(theme), _tones(theme), _edges(theme)))


def _ground(theme: Theme) -> str:
    c = theme.colours
    return f"""
    Face {{ background: {c.ground}; }}
    QLabel {{ color: {c.ink}; background: transparent; }}
    QLabel[tone="second"] {{ color: {c.second}; }}
    QLabel[tone="on_accent"] {{ color: {c.on_accent}; }}
    QLabel[role="badge"] {{ background: {c.accent}; color: {c.on_accent}; border-radius: {theme.badge // 2}px; }}
    QFrame[role="card"] {{ background: {c.card}; border-radius: {theme.radius}px; }}
    QFrame[role="dock"] {{ background: {c.card};
        border-top-left-radius: {theme.radius}px; border-top-right-radius: {theme.radius}px; }}
    QFrame[role="hero"] {{ border-radius: {theme.radius}px; background: qlineargradient(x1:0, y1:0, x2:1, y2:1,
        stop:0 {c.hero_from}, stop:0.55 {c.accent}, stop:1 {c.hero_to}); }}
    QFrame[role="rule"] {{ background: {c.line}; }}
    QFrame[role="line"] {{ border-radius: {theme.radius}px; }}
    QFrame[role="line"][latest="true"] {{ background: {c.accent_soft}; }}
    QFrame[role="stepper"] {{ background: {c.plain}; border-radius: {theme.target // 2}px; }}
    QFrame[role="picture"] {{ background: {c.accent_soft}; border-radius: {theme.radius // 2}px; }}
    QFrame[role="field"] {{ background: {c.card}; border: 3px solid {c.line}; border-radius: {theme.radius}px; }}
    QFrame[role="tell"] {{ background: {c.card}; border-radius: {theme.radius}px; }}
    QFrame[role="tell"][above="true"] {{ border-top-left-radius: 0; border-top-right-radius: 0; }}
    QFrame[role="tell"][below="true"] {{ border-bottom-left-radius: 0; border-bottom-right-radius: 0; }}
    Header[staff="true"] {{ background: {c.ink}; }}
    #overlay {{ background: rgba(26, 24, 22, 165); }}
    """


def _pressables(theme: Theme) -> str:
    c = theme.colours
    round_, pill, side = theme.radius, theme.target // 2, theme.pad
    return f"""
    QPushButton {{ border: 4px solid transparent; border-radius: {round_}px; padding: 0 {side}px;
        background: {c.card}; color: {c.ink}; outline: none; }}
    QPushButton:focus {{ border-color: {c.accent}; }}
    QPushButton:pressed {{ background: {c.plain_pressed}; }}
    QPushButton[role="main"] {{ background: {c.accent}; color: {c.on_accent}; }}
    QPushButton[role="main"]:focus {{ border-color: {c.ink}; }}
    QPushButton[role="main"]:pressed {{ background: {c.accent_pressed}; }}
    QPushButton[role="main"]:disabled {{ background: {c.track}; color: {c.second}; }}
    QPushButton[role="plain"], QPushButton[role="danger"] {{ background: {c.plain}; }}
    QPushButton[role="plain"]:pressed, QPushButton[role="danger"]:pressed {{ background: {c.plain_pressed}; }}
    QPushButton[role="danger"] {{ color: {c.act}; }}
    QPushButton[role="chip"] {{ border-radius: {pill}px; padding: 0 {theme.chip_pad}px; }}
    QPushButton[role="chip"][chosen="true"] {{ background: {c.ink}; color: {c.card}; }}
    QPushButton[role="chip"][chosen="true"]:focus {{ border-color: {c.accent}; }}
    QPushButton[role="aid"] {{ padding: 0; }}
    QPushButton[role="aid"][chosen="true"] {{ background: {c.ink}; }}
    QPushButton[role="aid"][chosen="true"] QLabel {{ color: {c.card}; }}
    QPushButton[role="round"] {{ border-radius: {pill}px; background: {c.plain}; padding: 0; }}
    QPushButton[role="square"] {{ padding: 0; }}
    QPushButton[role="round"]:pressed {{ background: {c.plain_pressed}; }}
    QPushButton:disabled {{ color: {c.faded}; }}
    """


def _tones(theme: Theme) -> str:
    rules = []
    for tone in TONES:
        colour, soft = theme.colours.tone(tone), theme.colours.soft(tone)
        rules.append(f'QLabel[tone="{tone}"] {{ color: {colour}; }}')
        rules.append(f'QFrame[role="tender"][tone="{tone}"] {{ background: {soft}; border-radius: {theme.radius}px; }}')
        rules.append(f'QFrame[role="notice"][tone="{tone}"] {{ background: {soft}; border-radius: {theme.radius}px; }}')
        rules.append(f'QFrame[role="notice"][tone="{tone}"][fresh="true"] {{ background: {theme.colours.track}; }}')
    return "\n".join(rules)


def _edges(theme: Theme) -> str:
    """In a palette of edges, whatever is a thing of its own has one: nothing is told by a shade alone."""
    c = theme.colours
    if not c.edge:
        return ""
    cards = ", ".join(f'QFrame[role="{role}"]' for role in ("card", "dock", "tell", "picture"))
    tones = "\n".join(
        f'QFrame[role="{role}"][tone="{tone}"] {{ border: {EDGE}px solid {theme.colours.tone(tone)}; }}'
        for tone in TONES
        for role in ("tender", "notice")
    )
    return f"""
    {cards} {{ border: {EDGE}px solid {c.edge}; }}
    QFrame[role="field"] {{ border-color: {c.edge}; }}
    QFrame[role="line"][latest="true"] {{ border: {EDGE}px solid {c.accent}; }}
    QFrame[role="notice"][tone="plain"] {{ border: {EDGE}px solid {c.edge}; border-radius: {theme.radius}px; }}
    QPushButton {{ border-color: {c.edge}; }}
    QPushButton:disabled {{ border-color: {c.faded}; border-style: dashed; }}
    QPushButton:focus {{ border: {2 * EDGE}px solid {c.accent}; }}
    {tones}
    """
