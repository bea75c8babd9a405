"""Log lines for engineers: JSON, in files that cannot fill the disk, redacted before they are written."""

import json
import logging
import os
import sys
from itertools import islice
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kiosk.domain.ports import LogLine
from kiosk.services import redaction
from kiosk.services.clock import seconds_since_boot
from kiosk.services.offloop import OffLoop

FILE_NAME = "kiosk.log"
FILE_BYTES = 8 * 1024 * 1024
"""A log file is put aside at this size [bytes]."""

FILES_KEPT = 9
"""How many put-aside files stay: with the one in use 80 MiB, some weeks of sales."""


def configure(folder: Path, level: str) -> None:
    """Send all log lines, ours and those of libraries, to files in a folder; warnings and worse to standard error too.

    May be called again; the former files are closed.

    Args:
        folder: Made if it is not there.
        level: "debug", "info", "warning" or "error".

    Raises:
        OSError: the folder cannot be made or written to.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = RotatingFileHandler(folder / FILE_NAME, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(logging.WARNING)
    close()
    root = logging.getLogger()
    root.setLevel(level.upper())
    for handler in (file, screen):
        handler.setFormatter(_Line())
        root.addHandler(handler)
    logging.captureWarnings(capture=True)
    # On an error of its own, logging prints the record as it was before redaction.
    logging.raiseExceptions = False
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_FACTS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def close() -> None:
    """Write no more, and close the files."""
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if isinstance(handler.formatter, _Line):
            root.removeHandler(handler)
            handler.close()


def _stamp(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Time since boot as well, because the wall clock can be set in the middle of a sale."""
    event["boot_s"] = round(seconds_since_boot(), 3)
    return event


_FACTS: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="utc"),
    _stamp,
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
)
"""What every line has besides its event. Tracebacks are plain: one with local variables would print what they hold."""


class _Line(structlog.stdlib.ProcessorFormatter):
    """Turns any record into one line, redaction last."""

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=_FACTS,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redaction.processor,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )


TAIL_BYTES: Final = 256 * 1024
"""Of the file's end that is read for a screen; some hundred lines [bytes]."""


class LogFile:
    """Keeps the Logs port (domain/ports.py) on the file in use.

    Args:
        folder: Where the files are.
        off_loop: Where it is read.
    """

    def __init__(self, folder: Path, off_loop: OffLoop) -> None:
        self._file = folder / FILE_NAME
        self._off_loop = off_loop

    async def latest(self, count: int) -> tuple[LogLine, ...]:
        """The latest lines, newest first; redacted once more, should something have been written past redaction."""
        return await self._off_loop(self._read, count)

    def _read(self, count: int) -> tuple[LogLine, ...]:
        try:
            with self._file.open("rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(0, file.tell() - TAIL_BYTES))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return ()
        read = (_line(one) for one in reversed(lines))
        return tuple(islice((one for one in read if one is not None), count))


def _line(text: str) -> LogLine | None:
    """A line of the file; None for the rest of one that was cut."""
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    if not isinstance(fields, dict):
        return None
    at, level, event = (str(fields.pop(name, "")) for name in ("utc", "level", "event"))
    more = " ".join(
        f"{name}={value}" for name, value in fields.items() if name not in ("boot_s", "logger", "exception")
    )
    return LogLine(at[:19].replace("T", " "), level, redaction.redact(f"{event} {more}".strip()))
