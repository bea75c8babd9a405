"""Log lines for engineers: JSON, in files that cannot fill the disk, redacted before they are written."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kiosk.services import redaction
from kiosk.services.clock import seconds_since_boot

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
