"""Mistakes around paper: what is drawn, what is sent, what a printer's answers mean, and who waits for it."""

from typing import Final

from tests.planted.bug import Bug

LINK: Final = "kiosk/services/printer/link.py"
COMMANDS: Final = "kiosk/services/printer/commands.py"
PRINTER: Final = "tests/services/printer/test_escpos.py"
BYTES: Final = "tests/services/printer/test_commands.py"
CHOICE: Final = "tests/services/printer/test_choice.py"
PRINTED: Final = "tests/ui/test_receipt_printed.py"
SHAPE: Final = "tests/ui/test_receipt_image.py"

BUGS: Final = (
    Bug(
        "a document is sent to a printer without paper",
        "section printer: asked before anything is sent",
        LINK,
        "        state = self._ask(wire)\n        if state not in WORKS:\n            return state\n",
        "        state = self._ask(wire)\n",
        (PRINTER, "-k", "named_before"),
    ),
    Bug(
        "what was sent counts as printed",
        "L9: unknown is not done",
        LINK,
        "            return Talk(wire, self._patience).print(data)\n",
        "            wire.write(data)\n            return None\n",
        (PRINTER, "-k", "never_says"),
    ),
    Bug(
        "a printer that never says the end has printed",
        "L9: unknown is not done",
        LINK,
        "        return PrinterState.UNFINISHED",
        "        return None",
        (PRINTER, "-k", "never_says"),
    ),
    Bug(
        "a printer that is switched off is ready",
        "devices",
        LINK,
        "            return PrinterState.SILENT\n",
        "            return PrinterState.READY\n",
        (PRINTER, "-k", "named_before"),
    ),
    Bug(
        "the rest of a broken receipt hangs on the next customer's",
        "another customer's paper",
        LINK,
        "self._cut_remains(start, wire) if self._has_remains else None",
        "None",
        (PRINTER, "-k", "never_hangs_on"),
    ),
    Bug(
        "the end of a receipt that broke off is taken for the end of the next",
        "L9: unknown is not done",
        LINK,
        "        while trouble is None and wire.read(self._patience.answer_s):\n            pass\n",
        "",
        ("tests/services/printer/test_link.py",),
    ),
    Bug(
        "a printer that somebody else holds is said to be missing",
        "devices",
        LINK,
        "    errno.EAGAIN: PrinterState.BUSY,\n",
        "    errno.EAGAIN: PrinterState.MISSING,\n",
        (PRINTER, "-k", "holds_is_busy"),
    ),
    Bug(
        "the next document is swallowed by the rest of one that broke off",
        "ESC/POS: GS v 0 waits for its dots",
        COMMANDS,
        "    return bytes(width_bytes * BAND_ROWS) + INITIALISE",
        "    return INITIALISE",
        (PRINTER, "-k", "middle_of_a_band"),
    ),
    Bug(
        "the last band of a picture says that it is a whole one",
        "ESC/POS: GS v 0",
        COMMANDS,
        "len(dots) // picture.width_bytes)",
        "BAND_ROWS)",
        (PRINTER, "-k", "dot_by_dot"),
    ),
    Bug(
        "no paper is read as little paper, and the other way round",
        "ESC/POS: DLE EOT 4",
        COMMANDS,
        "_NO_PAPER, _LITTLE_PAPER = 0x60, 0x0C",
        "_NO_PAPER, _LITTLE_PAPER = 0x0C, 0x60",
        (BYTES, "-k", "answers_mean"),
    ),
    Bug(
        "an answer to another question is taken for the end",
        "ESC/POS: GS r",
        COMMANDS,
        "    return not byte & 0x90",
        "    return not byte & 0x80",
        (BYTES, "-k", "other_kind"),
    ),
    Bug(
        "nobody asks the printer between two sales",
        "devices: staff see it first",
        "kiosk/services/aside.py",
        "            except Empty:\n                self._be_idle()\n                continue\n",
        "            except Empty:\n                continue\n",
        (PRINTER, "-k", "before_a_customer"),
    ),
    Bug(
        "the end of the program waits for a stuck printer",
        "a printer never blocks",
        "kiosk/services/aside.py",
        "        self._thread.join(within_s)\n",
        "        self._thread.join()\n",
        (PRINTER, "-k", "end_of_the_program"),
    ),
    Bug(
        "a copy that cannot be written keeps the paper from coming out",
        "a receipt is for the customer first",
        "kiosk/services/printer/copied.py",
        '            log.warning("no copy of a print", name=name, error=error.key)\n',
        "            raise\n",
        (CHOICE, "-k", "keeps_no_paper"),
    ),
    Bug(
        "files pile up beside a printer for ever",
        "receipts.folder",
        "kiosk/services/printer/choice.py",
        "    if config.receipts.folder is None:\n        return paper\n",
        "",
        (CHOICE, "-k", "pile_up"),
    ),
    Bug(
        "white is printed black",
        "the receipt",
        "kiosk/ui/receipt_image.py",
        "    image.invertPixels()  # a printer's 1 is black; so is this picture's 0\n",
        "",
        (PRINTED, "-k", "same_dots and ko-receipt"),
    ),
    Bug(
        "large type is drawn one way the first time and another way later",
        "two copies of a receipt are the same",
        "kiosk/ui/receipt_image.py",
        "            return [_outlined(line, font) for line in ",
        "            return [_line(line, font, Qt.AlignmentFlag.AlignHCenter) for line in ",
        (SHAPE, "-k", "first_time_and_later"),
    ),
    Bug(
        "the id of a payment is broken in two on narrow paper",
        "the receipt",
        "kiosk/ui/receipt_image.py",
        "    return _font(language, SMALL if widest <= width else max(SMALLEST, SMALL * width // widest))",
        "    return _font(language, SMALL)",
        (SHAPE, "-k", "never_broken_in_two"),
    ),
    Bug(
        "what a stop left over comes out a second time as if it were the first",
        "a receipt printed again says so",
        "kiosk/flows/printing.py",
        " or job.id in self._left_over",
        "",
        ("tests/flows/test_printing.py", "-k", "left_over"),
    ),
    Bug(
        "a printer without paper looks well to staff",
        "devices",
        "kiosk/services/devices.py",
        'DeviceState("printer", is_well=False, detail=Said(f"print_problem.{state}"))',
        'DeviceState("printer", is_well=True, detail=Said(f"print_problem.{state}"))',
        ("tests/flows/manager/test_system.py", "-k", "says_it_is"),
    ),
    Bug(
        "a USB printer is found by its maker alone",
        "devices",
        "kiosk/services/printer/wires.py",
        '        if ":".join(ids) == wanted:',
        '        if ":".join(ids)[:4] == wanted[:4]:',
        ("tests/services/printer/test_wires.py", "-k", "found_by_its_ids"),
    ),
)
