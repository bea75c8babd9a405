"""Mistakes in serial scanners: codes torn, joined, shown or taken that must not be, and a scanner that stays away."""

from typing import Final

from tests.planted.bug import Bug

SCANNED: Final = "kiosk/domain/scanned.py"
BRIDGE: Final = "kiosk/services/bridge.py"
DEVICES: Final = "kiosk/services/devices.py"
FRAMING: Final = "kiosk/services/scanner/framing.py"
SERIAL: Final = "kiosk/services/scanner/serial.py"
DOCTOR: Final = "kiosk/tools/doctor_scan.py"
IN_LOOP: Final = ("tests/services/test_bridge.py",)
FRAMED: Final = ("tests/services/scanner/test_framing.py",)
HOSTILE: Final = ("tests/services/scanner/test_hostile.py",)
READ: Final = ("tests/services/scanner/test_serial.py",)
REPLUGGED: Final = ("tests/services/scanner/test_replugging.py",)
SEEN: Final = ("tests/services/test_devices.py",)
ONE_SCAN: Final = ("tests/tools/test_doctor_scan.py",)

BUGS: Final = (
    # -- bytes to codes
    Bug(
        "a code without its prefix is taken",
        "prefix",
        FRAMING,
        "if not text.startswith(self._prefix) or not code.endswith(self._suffix):",
        "if not code.endswith(self._suffix):",
        FRAMED,
    ),
    Bug(
        "the suffix stays on the code",
        "suffix",
        FRAMING,
        "        code = code.removesuffix(self._suffix)\n",
        "",
        FRAMED,
    ),
    Bug(
        "one character serves as prefix and suffix",
        "prefix",
        FRAMING,
        "or not code.endswith(self._suffix)",
        "or not text.endswith(self._suffix)",
        FRAMED,
    ),
    Bug(
        "half a code is given though its terminator is always sent",
        "torn code",
        FRAMING,
        "        return self._ended_by in _ALWAYS_SENT\n",
        "        return False\n",
        FRAMED,
    ),
    Bug(
        "the first code of a slow line is torn",
        "torn code",
        FRAMING,
        "self._sends_terminator = ended_by in _ALWAYS_SENT",
        "self._sends_terminator = False",
        FRAMED,
    ),
    Bug(
        "a line end ends a code of a scanner that is read by silence",
        "one scan, one code",
        FRAMING,
        'End.SILENCE: b"",',
        'End.SILENCE: b"\\r",',
        FRAMED,
    ),
    Bug(
        "too long is counted as broken as well",
        "counts",
        FRAMING,
        "self.broken += not self._too_long",
        "self.broken += 1",
        HOSTILE,
    ),
    Bug(
        "of a code that is too long the beginning is given",
        "too long",
        FRAMING,
        'text = "" if self._too_long else raw.decode("latin-1")',
        'text = raw.decode("latin-1")',
        HOSTILE,
    ),
    Bug(
        "bytes beyond ASCII are dropped",
        "not ASCII",
        FRAMING,
        'raw.decode("latin-1")',
        'raw.decode("ascii", "ignore")',
        FRAMED,
    ),
    # -- the grammar
    Bug(
        "a coupon may have anything behind it",
        "coupon",
        SCANNED,
        "if _COUPON.fullmatch(text):",
        "if _COUPON.match(text):",
        HOSTILE,
    ),
    Bug(
        "a receipt's code may be a character longer",
        "receipt",
        SCANNED,
        "R1-[A-Z0-9-]{1,61}",
        "R1-[A-Z0-9-]{1,62}",
        HOSTILE,
    ),
    Bug(
        "a modem command in small letters is a store's code",
        "modem",
        SCANNED,
        '[ADEHIOSZ][0-9]*$)", re.IGNORECASE)',
        '[ADEHIOSZ][0-9]*$)")',
        HOSTILE,
    ),
    Bug(
        "UPC-E is filled up with a zero too little",
        "check digit",
        SCANNED,
        '            number = f"{body[:3]}00000{body[3:5]}"',
        '            number = f"{body[:3]}0000{body[3:5]}"',
        HOSTILE,
    ),
    # -- counts
    Bug(
        "a refused code is written to the log",
        "nothing shown",
        DEVICES,
        'log.info("code refused", reason=scanned.reason)',
        'log.info("code refused", reason=scanned.reason, text=text)',
        SEEN,
    ),
    Bug(
        "a refusal counts under another reason",
        "counts",
        DEVICES,
        "self._refused[scanned.reason] += 1",
        "self._refused[Danger.UNKNOWN] += 1",
        SEEN,
    ),
    Bug(
        "what lacks its prefix is counted nowhere",
        "counts",
        SERIAL,
        "return self.dropped + self.overruns + self.broken + self.foreign",
        "return self.dropped + self.overruns + self.broken",
        SEEN,
    ),
    Bug(
        "the state says nothing of codes without their prefix",
        "counts",
        SERIAL,
        "            foreign=self._framer.foreign,\n",
        "",
        READ,
    ),
    Bug(
        "staff do not see why the scanner cannot be opened",
        "errors",
        DEVICES,
        'Said(state.error or f"device_state.{state.link}")',
        'Said(f"device_state.{state.link}")',
        SEEN,
    ),
    # -- into the loop
    Bug(
        "asyncio prints what is scanned",
        "nothing shown",
        BRIDGE,
        """            thing = self._waiting.popleft()
        self._deliver(thing)""",
        """            thing = self._waiting.popleft()
        self._loop.call_soon(self._deliver, thing)""",
        IN_LOOP,
    ),
    Bug(
        "the newest comes first",
        "order",
        BRIDGE,
        "self._waiting.popleft()",
        "self._waiting.pop()",
        IN_LOOP,
    ),
    Bug(
        "what was waiting is delivered after the close",
        "closed",
        BRIDGE,
        "            self._waiting.clear()\n",
        "",
        IN_LOOP,
    ),
    # -- unplugged
    Bug(
        "half a code from before the unplugging is put before the next",
        "unplugged",
        SERIAL,
        "        self._framer.reset()\n",
        "",
        REPLUGGED,
    ),
    Bug(
        "the thread is left to itself",
        "nothing stays behind",
        SERIAL,
        "            self._thread.join(_JOIN_S)\n",
        "            self._stop.set()\n",
        REPLUGGED,
    ),
    Bug(
        "the pauses are not short again after a connection",
        "unplugged",
        SERIAL,
        """                        waits = pauses(*self._line.retry_s)
                        self._connected()""",
        "                        self._connected()",
        READ,
    ),
    # -- the doctor
    Bug(
        "the doctor shows the whole code",
        "nothing shown",
        DOCTOR,
        "masked=mask(read.code)",
        "masked=read.code",
        ONE_SCAN,
    ),
    Bug(
        "the doctor is content with a code that would be refused",
        "exit code",
        DOCTOR,
        "return 1 if isinstance(classify(heard.code), Hostile) else 0",
        "return 0",
        ONE_SCAN,
    ),
    Bug(
        "the doctor waits on though the scanner cannot be opened",
        "errors",
        DOCTOR,
        "if state.error or state.thrown_away:",
        "if state.thrown_away:",
        ONE_SCAN,
    ),
    Bug(
        "the doctor judges the code with its symbology identifier",
        "symbology identifier",
        DOCTOR,
        "code = bare if line.strip_aim else sent",
        "code = sent",
        ONE_SCAN,
    ),
)
