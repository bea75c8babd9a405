"""Mistakes about what is said and what sounds: too much, too late, too long, to whom, or not as it is written."""

from typing import Final

from tests.planted.bug import Bug

VOICE: Final = "kiosk/ui/voice.py"
NAMED: Final = "kiosk/ui/named.py"
SPEECH: Final = "kiosk/ui/speech.py"
SOUNDS: Final = "kiosk/ui/sounds.py"
TONES: Final = "kiosk/ui/tones.py"
WINDOW: Final = "kiosk/ui/window.py"
FACE: Final = "kiosk/ui/face.py"
AIDS: Final = "kiosk/ui/widgets/aids.py"
TENDERS: Final = "kiosk/ui/widgets/tenders.py"
LINES: Final = "kiosk/ui/widgets/lines.py"
KEYPAD: Final = "kiosk/ui/widgets/keypad.py"
AMOUNTS: Final = "kiosk/ui/widgets/amounts.py"
BASKET: Final = "kiosk/ui/screens/basket.py"
APP: Final = "kiosk/app_sound.py"
DOCTOR: Final = "kiosk/tools/doctor.py"
DRAWN: Final = "packaging/sounds.py"

SAYS: Final = ("tests/ui/test_voice.py",)
HEARS: Final = ("tests/ui/test_tones.py",)
PUT_TOGETHER: Final = ("tests/ui/test_app_sound.py",)
EXAMINES: Final = ("tests/test_cli.py::test_the_doctor_names_the_languages_that_nothing_speaks",)


def _said(test: str) -> tuple[str, ...]:
    return (f"tests/ui/test_speech.py::{test}",)


BUGS: Final[tuple[Bug, ...]] = (
    # -- when
    Bug(
        "a new screen waits until the old one is read",
        "voice",
        VOICE,
        "            self._break_off(speech.sentences)\n",
        "            self._waiting.extend(speech.sentences)\n            self._go_on()\n",
        SAYS,
    ),
    Bug(
        "nobody is silent for the next customer",
        "voice",
        VOICE,
        "            self._break_off()\n        elif",
        "            pass\n        elif",
        SAYS,
    ),
    Bug(
        "the same screen is read again whenever it is drawn",
        "voice",
        VOICE,
        " if words not in before.sentences]",
        "]",
        SAYS,
    ),
    Bug(
        "what has left the screen is said all the same",
        "voice",
        VOICE,
        "(*self._waiting, *fresh) if words in speech.sentences]",
        "(*self._waiting, *fresh)]",
        SAYS,
    ),
    Bug(
        "a sentence that has become wrong is said to its end",
        "voice",
        VOICE,
        "if self._saying in before.sentences and self._saying not in speech.sentences:",
        "if False:",
        SAYS,
    ),
    Bug(
        "news cut off a fact that is being said",
        "voice",
        VOICE,
        "if self._saying in before.sentences and self._saying not in speech.sentences:",
        "if fresh:",
        SAYS,
    ),
    Bug(
        "what is broken off is taken for the next sentence's end",
        "voice",
        VOICE,
        "            self._stopping.start()\n",
        "",
        SAYS,
    ),
    Bug(
        "an engine that had not begun is waited for always",
        "voice",
        VOICE,
        "self._stopping.timeout.connect(self._go_on)",
        "pass",
        SAYS,
    ),
    Bug(
        "the rest is not said",
        "voice",
        VOICE,
        "            self._stopping.stop()\n            self._go_on()\n",
        "            self._stopping.stop()\n",
        SAYS,
    ),
    Bug(
        "a name waits until everything is said",
        "voice",
        VOICE,
        "            self._break_off([words])",
        "            self._waiting.append(words)\n            self._go_on()",
        SAYS,
    ),
    Bug(
        "names are said to nobody",
        "voice",
        VOICE,
        "        if self._speech.language in self._locales:\n            self._break_off([words])",
        "        if self._locales:\n            self._break_off([words])",
        SAYS,
    ),
    # -- in which language
    Bug(
        "Korean is read by an English voice",
        "voice",
        VOICE,
        "        self._locales = _locales_of(self._languages, self._engine.availableLocales())\n",
        "        self._locales = dict.fromkeys(self._languages, self._engine.availableLocales()[0])\n",
        SAYS,
    ),
    Bug("any country will do", "voice", VOICE, "locale.territory() == wanted.territory()", "True", SAYS),
    Bug(
        "the engine of the tests is offered to customers",
        "voice",
        VOICE,
        'frozenset({"mock"})',
        "frozenset({})",
        SAYS,
    ),
    Bug("a voice that has failed stays on offer", "voice", APP, "        window.speak_in(frozenset())\n", "", SAYS),
    Bug(
        "a voice that was found is not offered",
        "voice",
        WINDOW,
        "            face.speak_in(languages)\n",
        "            pass\n",
        SAYS,
    ),
    Bug(
        "it is offered from the next screen on",
        "voice",
        WINDOW,
        "            face.speak_in(languages)\n"
        "        if self._shown is not None:\n            self._draw(self._shown)\n",
        "            face.speak_in(languages)\n",
        SAYS,
    ),
    Bug("a tile stays in a language that has no voice", "aids", AIDS, "tile.setVisible(tile in tiles)", "pass", SAYS),
    # -- what
    Bug(
        "staff are read to",
        "words",
        FACE,
        "if screen is None or not screen.voiced:",
        "if screen is None:",
        _said("test_nothing_is_said_on_the_side_of_the_staff"),
    ),
    Bug(
        "everybody is read to",
        "words",
        WINDOW,
        "face.speech() if shown.access.voice else SILENCE",
        "face.speech()",
        _said("test_the_next_customer_is_told_nothing"),
    ),
    Bug(
        "the voice is not told that nobody listens any more",
        "words",
        WINDOW,
        "if speech is not SILENCE or self._speech is not SILENCE:",
        "if speech is not SILENCE:",
        _said("test_the_next_customer_is_told_nothing"),
    ),
    Bug(
        "hidden words are said",
        "words",
        SPEECH,
        " if each.isVisibleTo(holder)",
        "",
        _said("test_a_code_or_an_amount_that_is_not_shown_is_not_said"),
    ),
    Bug(
        "an amount has lost what it is",
        "words",
        AMOUNTS,
        "sentence(self._caption.said, self._amount.said)",
        "self._amount.said",
        _said("test_the_methods_are_named_with_what_is_to_be_paid"),
    ),
    Bug(
        "a payment has lost its amount",
        "words",
        TENDERS,
        "(self._method.said, self._amount.said)",
        "(self._method.said,)",
        _said("test_a_fact_about_money_is_said_as_it_is_written_with_its_method_and_amount"),
    ),
    Bug(
        "a payment has lost what is known of it",
        "words",
        TENDERS,
        "sentence(*named, self._told.said, self._reason.said)",
        "sentence(*named, self._reason.said)",
        _said("test_a_fact_about_money_is_said_as_it_is_written_with_its_method_and_amount"),
    ),
    Bug(
        "only the payments of this page are said",
        "words",
        TENDERS,
        "for row in self._rows if row in self.rows]",
        "for row in self._rows if row in self.rows and not row.isHidden()]",
        _said("test_every_payment_is_a_sentence_also_when_it_stands_on_another_page"),
    ),
    Bug(
        "how many there are is not said",
        "words",
        LINES,
        "sentence(self._name.said, self.stepper.count, self._total.said)",
        "sentence(self._name.said, self._total.said)",
        _said("test_after_a_scan_the_basket_says_what_it_was_what_it_costs_and_the_total"),
    ),
    Bug(
        "the same refusal is said once",
        "words",
        BASKET,
        "        return self._serial\n",
        "        return 0\n",
        _said("test_a_code_that_nobody_knows_says_so_and_says_it_again"),
    ),
    Bug(
        "the idle warning is not said",
        "words",
        FACE,
        "if self._idle.isVisibleTo(self):",
        "if False:",
        _said("test_the_idle_warning_is_all_that_is_said_while_it_stands"),
    ),
    Bug(
        "that help is called is not said",
        "words",
        FACE,
        "[*screen.voiced, *self._banners.voiced]",
        "screen.voiced",
        _said("test_that_help_is_called_and_that_the_network_is_down_are_said_after_the_screen"),
    ),
    Bug("a coupon's number is called out", "names", KEYPAD, "key.is_named = False", "key.is_named = True", SAYS),
    Bug(
        "what cannot be pressed is named",
        "names",
        NAMED,
        "widget.isEnabled() and widget.is_named",
        "widget.is_named",
        SAYS,
    ),
    Bug(
        "the focus moves without a word",
        "names",
        NAMED,
        "application.focusChanged.connect(self._focused)",
        "pass",
        SAYS,
    ),
    # -- tones
    Bug(
        "coming back to the basket sounds like a scan",
        "tones",
        TONES,
        "    if is_back or now.notice",
        "    if now.notice",
        HEARS,
    ),
    Bug(
        "an unknown code sounds like a known one",
        "tones",
        TONES,
        "return Tone.OK if now.notice is ScanNotice.ADDED else Tone.UNKNOWN",
        "return Tone.OK",
        HEARS,
    ),
    Bug("every drawing of the basket sounds", "tones", TONES, " or now.notice_serial == serial", "", HEARS),
    Bug(
        "a refused coupon makes no sound",
        "tones",
        TONES,
        "Tone.UNKNOWN if now.problem and is_news else None",
        "None",
        HEARS,
    ),
    Bug(
        "help sounds as long as it is called",
        "tones",
        TONES,
        'now.help_code not in {"", before.help_code}',
        'now.help_code != ""',
        HEARS,
    ),
    Bug("the warning sounds every second", "tones", TONES, " and before.idle_left_s is None", "", HEARS),
    Bug(
        "a receipt that did not come out makes no sound",
        "tones",
        TONES,
        "return view.printed is False",
        "return False",
        HEARS,
    ),
    Bug(
        "a receipt that is still printing calls for staff",
        "tones",
        TONES,
        "return view.printed is False",
        "return not view.printed",
        HEARS,
    ),
    Bug(
        "the order was put aside without a sound",
        "tones",
        TONES,
        "{Certainty.PARKED, Certainty.STAFF}",
        "{Certainty.STAFF}",
        HEARS,
    ),
    Bug("paid without a sound", "tones", TONES, "        return Tone.DONE\n", "        return None\n", HEARS),
    Bug(
        "staff hear the tones of their own screens",
        "sounds",
        SOUNDS,
        "        if is_of_staff(shown.view):\n            return\n",
        "",
        HEARS,
    ),
    Bug("tones that come too late pile up", "sounds", SOUNDS, " and not self._is_beginning:", ":", HEARS),
    Bug(
        "only one tone is ever played",
        "sounds",
        SOUNDS,
        "        self._is_beginning = False\n\n\ndef",
        "        pass\n\n\ndef",
        HEARS,
    ),
    Bug(
        "the first screen sounds",
        "sounds",
        SOUNDS,
        "None if before is None else tone_of(before, shown)",
        "tone_of(before or shown, shown) or (None if before else 'ok')",
        HEARS,
    ),
    Bug(
        "the tones are drawn otherwise than they are kept",
        "sounds",
        DRAWN,
        "0.25, 0.08",
        "0.25, 0.09",
        ("tests/packaging/test_sounds.py",),
    ),
    # -- put together
    Bug(
        "a missing library keeps the till from starting",
        "till",
        APP,
        "except NOT_THERE as error:\n        log.warning",
        "except ZeroDivisionError as error:\n        log.warning",
        PUT_TOGETHER,
    ),
    Bug(
        "a silent till sounds",
        "till",
        APP,
        "    if not config.sound.enabled:\n        return _nothing\n",
        "",
        PUT_TOGETHER,
    ),
    Bug(
        "the tones do not hear what is shown",
        "till",
        APP,
        "[shown.subscribe(sounds.hear), sounds.end]",
        "[sounds.end]",
        PUT_TOGETHER,
    ),
    Bug(
        "the doctor is silent about the voices that are missing",
        "till",
        DOCTOR,
        'if silent else ""',
        'if not silent else ""',
        EXAMINES,
    ),
)
