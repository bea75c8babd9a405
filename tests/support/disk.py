"""A disk that can be broken: a layer under the SQLite that Python itself uses, between it and the system.

Every write, sync, truncation, deletion and creation of a file in a folder is numbered and named. At any of them the
process can be killed, before it, in the middle of the bytes or after it; any of them can fail, once or from there on,
and be well again. Locks and the shared memory of the wal-index go straight through.

    disk = Disk(folder)
    connection = disk.connect(folder / "journal.sqlite")  # for Setting.connect
    disk.fail(Fault.FULL)  # or from_op=12, once=True, torn=True
    disk.heal()
    disk.close()
"""

import atexit
import ctypes
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_int64, c_void_p, cast
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

VFS: Final = "a-disk-that-can-be-broken"

OK: Final = 0
CREATE: Final = 0x4
READ_WRITE: Final = 0x2
READ_ONLY: Final = 0x1
JOURNALS: Final = 0x00000800 | 0x00004000 | 0x00080000
"""Flags of a rollback journal, a super-journal and a WAL."""


class Fault(Enum):
    """What the disk does to an operation; to those that are not named here, nothing."""

    FULL = "disk full"
    WRITE = "write error"
    SYNC = "sync error"
    READ = "read error"
    READ_ONLY = "read-only"
    NO_OPEN = "cannot be opened"
    GONE = "nothing comes through any more, as from a process that was killed"


class Moment(Enum):
    """Where in an operation the process is killed."""

    BEFORE = "before"
    TORN = "in the middle of"
    AFTER = "after"


CODES: Final[dict[Fault, dict[str, int]]] = {
    Fault.FULL: {"write": 13, "create": 14, "map": 10 | 19 << 8},
    Fault.WRITE: {"write": 10 | 3 << 8, "truncate": 10 | 6 << 8, "delete": 10 | 10 << 8, "create": 14},
    Fault.SYNC: {"sync": 10 | 4 << 8},
    Fault.READ: {"read": 10 | 1 << 8},
    Fault.READ_ONLY: {"write": 8, "truncate": 8, "sync": 8, "delete": 10 | 10 << 8, "create": 14},
    Fault.NO_OPEN: {"create": 14, "open": 14},
    Fault.GONE: {
        "write": 10 | 3 << 8, "sync": 10 | 4 << 8, "truncate": 10 | 6 << 8, "delete": 10 | 10 << 8, "create": 14,
        "open": 14, "map": 10 | 21 << 8,
    },
}  # fmt: skip
"""SQLite's answers: 8 READONLY, 13 FULL, 14 CANTOPEN, 10 IOERR with what failed in the second byte."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that SQLite asked of the disk.

    Attributes:
        number: Counted from 1, in the life of this disk.
        name: write, sync, truncate, delete, create, or map (of the wal-index); read and open where they are counted.
        file: The file's name, without its folder.
        offset: Where, in a write or read; the new length, in a truncation.
        size: How many bytes.
        durable: What it makes durable of the folder's list of files: True for the first sync of a new journal or WAL
            and for a deletion that asks for it.
    """

    number: int
    name: str
    file: str
    offset: int = 0
    size: int = 0
    durable: bool = False

    @override
    def __str__(self) -> str:
        where = f" to {self.offset}" if self.name == "truncate" else ""
        if self.size:
            where = f" {self.size} at {self.offset}"
        return f"{self.number} {self.name} {self.file}{where}"


class Disk:
    """The disk under one folder. As many as one likes, one a folder.

    Args:
        folder: Files outside it, and temporary files, are left alone.
        syncs: Whether a sync reaches the system. Only a real loss of power needs it; without, it is quicker.
        counts_reads: Whether reads and plain openings are operations too.

    Attributes:
        operations: All there were.
        on_operation: Told before each; may answer with what is to happen to this one.
        on_done: Told after each that went well, with the bytes written; a seam for whoever keeps them.
    """

    def __init__(self, folder: Path, *, syncs: bool = True, counts_reads: bool = False) -> None:
        self.folder: Final = folder.resolve()
        self.operations: list[Operation] = []
        self.on_operation: Callable[[Operation], Fault | None] | None = None
        self.on_done: Callable[[Operation, bytes], None] | None = None
        self.syncs: Final = syncs
        self.counts_reads: Final = counts_reads
        self._fault: Fault | None = None
        self._from = 0
        self._to: float = 0
        self._torn = False
        self._kill: tuple[int, Moment] | None = None
        self._mishap: BaseException | None = None
        layer = _layer()
        if str(self.folder) in layer.disks:
            raise ValueError(f"{self.folder} has a disk")
        layer.disks[str(self.folder)] = self

    def connect(self, path: Path) -> sqlite3.Connection:
        """Open a file as the journal does, on this disk."""
        address = f"{path.resolve().as_uri()}?vfs={VFS}"
        return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)

    @property
    def count(self) -> int:
        """How many operations there were."""
        return len(self.operations)

    def fail(self, fault: Fault, from_op: int | None = None, *, once: bool = False, torn: bool = False) -> None:
        """Let operations fail.

        Args:
            fault: In which way.
            from_op: From this number on; None for the next.
            once: Only the one of that number.
            torn: Half of the bytes of a write are written all the same.
        """
        self._from = self.count + 1 if from_op is None else from_op
        self._to = self._from if once else float("inf")
        self._torn = torn
        self._fault = fault

    def kill(self, at_op: int, moment: Moment = Moment.BEFORE) -> None:
        """End the process by SIGKILL at this operation."""
        self._kill = (at_op, moment)

    def heal(self) -> None:
        """Everything works again."""
        self._fault = None
        self._kill = None

    def close(self) -> None:
        """Forget the folder. Connections must be closed before.

        Raises:
            BaseException: what went wrong in a hook; SQLite was told of an input/output error there.
        """
        _layer().disks.pop(str(self.folder), None)
        if self._mishap is not None:
            raise self._mishap

    # -- asked by the layer

    def _begin(self, name: str, file: str, offset: int = 0, size: int = 0, *, durable: bool = False) -> int:
        """Number an operation; the code that it fails with, 0 when it does not."""
        number = len(self.operations) + 1
        operation = Operation(number, name, file, offset, size, durable)
        self.operations.append(operation)
        if self._kill == (number, Moment.BEFORE):
            os.kill(os.getpid(), signal.SIGKILL)
        fault = None if self.on_operation is None else self.on_operation(operation)
        if fault is None and self._from <= number <= self._to:
            fault = self._fault
        return OK if fault is None else CODES[fault].get(name, OK)

    def _half(self, code: int, size: int) -> int:
        """How many bytes of a write go to the disk."""
        if self._kill == (len(self.operations), Moment.TORN) or (code and self._torn):
            return size // 2
        return 0 if code else size

    def _done(self, code: int, data: bytes = b"") -> int:
        if self._kill is not None and self._kill[0] == len(self.operations):
            os.kill(os.getpid(), signal.SIGKILL)
        if code == OK and self.on_done is not None:
            self.on_done(self.operations[-1], data)
        return code

    def _opens_read_only(self, *, is_new: bool) -> bool:
        """A file that is there already is opened for reading only, for as long as the disk is read-only."""
        lasts = self._fault is Fault.READ_ONLY and self._to > self._from
        return lasts and self._from <= len(self.operations) + (not is_new)

    def _failed(self, error: BaseException) -> int:
        """No exception may go into SQLite; it comes out of `close`."""
        self._mishap = self._mishap or error
        return 10


# -- the layer, once a process

_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_MOVE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_MAP = CFUNCTYPE(c_int, c_void_p, c_int, c_int, c_int, c_void_p)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs; what is not replaced is copied as it is."""

    _fields_ = (
        ("version", c_int),
        ("file_bytes", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("others", c_void_p * 14),
    )


class _Methods(ctypes.Structure):
    """sqlite3_io_methods."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("others", c_void_p * 7),
        ("map", c_void_p),
        ("last", c_void_p * 5),
    )


VFS_POINTERS: Final = (10, 11, 14)
"""How many functions follow `delete` in the versions of sqlite3_vfs."""
METHOD_BYTES: Final = tuple(_Methods.map.offset + n * ctypes.sizeof(c_void_p) for n in (0, 4, 6))
"""How long the versions of sqlite3_io_methods are."""


@dataclass(slots=True)
class _Opened:
    """A file that SQLite has open."""

    disk: Disk
    name: str
    real: "_Real"
    is_new: bool
    methods: int


class _Real:
    """The system's own functions for one kind of file, and ours over them."""

    def __init__(self, address: int, layer: "_Layer") -> None:
        there = _Methods.from_address(address)
        self.close = _CLOSE(there.close)
        self.read = _MOVE(there.read)
        self.write = _MOVE(there.write)
        self.truncate = _TRUNCATE(there.truncate)
        self.sync = _SYNC(there.sync)
        self.map = _MAP(there.map) if there.version > 1 and there.map else None
        length = METHOD_BYTES[min(there.version, len(METHOD_BYTES)) - 1]
        self.plain = self._copy(address, length, layer)
        self.counting = self._copy(address, length, layer)
        self.counting.read = layer.address(_MOVE, layer.read)

    def _copy(self, address: int, length: int, layer: "_Layer") -> _Methods:
        ours = _Methods()
        ctypes.memmove(byref(ours), address, length)
        ours.version = min(ours.version, len(METHOD_BYTES))
        ours.close = layer.address(_CLOSE, layer.close)
        ours.write = layer.address(_MOVE, layer.write)
        ours.truncate = layer.address(_TRUNCATE, layer.truncate)
        ours.sync = layer.address(_SYNC, layer.sync)
        if self.map is not None:
            ours.map = layer.address(_MAP, layer.map)
        return ours


class _Layer:
    """The functions that SQLite calls. None lets an exception out."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.disks: dict[str, Disk] = {}
        self._files: dict[int, _Opened] = {}
        self._reals: dict[int, _Real] = {}
        self._callbacks: dict[str, Any] = {}
        library.sqlite3_vfs_find.restype = c_void_p
        library.sqlite3_vfs_register.argtypes = (c_void_p, c_int)
        self._default: int = library.sqlite3_vfs_find(None)
        there = _Vfs.from_address(self._default)
        self._open = _OPEN(there.open)
        self._delete = _DELETE(there.delete)
        self._vfs = _Vfs()
        version = min(there.version, len(VFS_POINTERS))
        length = _Vfs.others.offset + VFS_POINTERS[version - 1] * ctypes.sizeof(c_void_p)
        ctypes.memmove(byref(self._vfs), self._default, length)
        self._vfs.version = version
        self._vfs.next = None
        self._vfs.name = VFS.encode()
        self._vfs.open = self.address(_OPEN, self.open)
        self._vfs.delete = self.address(_DELETE, self.delete)
        if library.sqlite3_vfs_register(byref(self._vfs), 0) != OK:
            raise OSError("SQLite does not take the layer")

    def address(self, kind: Any, function: Callable[..., int]) -> int:
        """Address of one of our functions, which lives as long as the layer."""
        name = function.__name__
        if name not in self._callbacks:
            self._callbacks[name] = kind(function)
        return cast(self._callbacks[name], c_void_p).value or 0

    def open(self, _vfs: int, name: int | None, file: int, flags: int, out: Any) -> int:
        path = Path(os.fsdecode(ctypes.string_at(name))) if name else None
        disk = None if path is None else self.disks.get(str(path.parent))
        if path is None or disk is None:
            return int(self._open(self._default, name, file, flags, out))
        try:
            code = OK
            is_new = bool(flags & CREATE) and not path.exists()
            if is_new or disk.counts_reads or disk._fault is Fault.NO_OPEN:
                code = disk._begin("create" if is_new else "open", path.name)
            if code:
                c_void_p.from_address(file).value = None
                return code
            if disk._opens_read_only(is_new=is_new):
                flags = flags & ~(CREATE | READ_WRITE) | READ_ONLY
            code = self._open(self._default, name, file, flags, out)
            if code == OK:
                self._take(file, disk, path.name, is_new=bool(flags & CREATE and flags & JOURNALS))
            return disk._done(code) if is_new else code
        except BaseException as error:  # noqa: BLE001 - nothing may go into SQLite
            return disk._failed(error)

    def let_go(self) -> None:
        """At the end of the process: what is still open goes straight to the system, past a Python that is gone."""
        there = _Vfs.from_address(self._default)
        self._vfs.open, self._vfs.delete = there.open, there.delete
        for file, opened in self._files.items():
            c_void_p.from_address(file).value = opened.methods

    def _take(self, file: int, disk: Disk, name: str, *, is_new: bool) -> None:
        methods = c_void_p.from_address(file)
        address = methods.value or 0
        if address not in self._reals:
            self._reals[address] = _Real(address, self)
        real = self._reals[address]
        self._files[file] = _Opened(disk, name, real, is_new, address)
        methods.value = ctypes.addressof(real.counting if disk.counts_reads else real.plain)

    def close(self, file: int) -> int:
        return int(self._files.pop(file).real.close(file))

    def read(self, file: int, data: int, size: int, offset: int) -> int:
        opened = self._files[file]
        disk = opened.disk
        try:
            code = disk._begin("read", opened.name, offset, size)
            return disk._done(code or opened.real.read(file, data, size, offset))
        except BaseException as error:  # noqa: BLE001
            return disk._failed(error)

    def write(self, file: int, data: int, size: int, offset: int) -> int:
        opened = self._files[file]
        disk = opened.disk
        try:
            code = disk._begin("write", opened.name, offset, size)
            written = disk._half(code, size)
            if written:
                code = opened.real.write(file, data, written, offset) or code
            return disk._done(code, b"" if code or disk.on_done is None else ctypes.string_at(data, size))
        except BaseException as error:  # noqa: BLE001
            return disk._failed(error)

    def truncate(self, file: int, size: int) -> int:
        opened = self._files[file]
        disk = opened.disk
        try:
            code = disk._begin("truncate", opened.name, size)
            return disk._done(code or opened.real.truncate(file, size))
        except BaseException as error:  # noqa: BLE001
            return disk._failed(error)

    def sync(self, file: int, flags: int) -> int:
        opened = self._files[file]
        disk = opened.disk
        try:
            code = disk._begin("sync", opened.name, durable=opened.is_new)
            if not code:
                opened.is_new = False
                code = opened.real.sync(file, flags) if disk.syncs else OK
            return disk._done(code)
        except BaseException as error:  # noqa: BLE001
            return disk._failed(error)

    def map(self, file: int, region: int, size: int, extend: int, out: int) -> int:
        opened = self._files[file]
        real, disk = opened.real.map, opened.disk
        if real is None or not extend:
            return 10 if real is None else real(file, region, size, extend, out)
        try:
            code = disk._begin("map", opened.name, region * size, size)
            return disk._done(code or real(file, region, size, extend, out))
        except BaseException as error:  # noqa: BLE001
            return disk._failed(error)

    def delete(self, _vfs: int, name: bytes, durable: int) -> int:
        path = Path(os.fsdecode(name))
        disk = self.disks.get(str(path.parent))
        if disk is None:
            return int(self._delete(self._default, name, durable))
        try:
            code = disk._begin("delete", path.name, durable=bool(durable))
            return disk._done(code or self._delete(self._default, name, durable))
        except BaseException as error:  # noqa: BLE001
            return disk._failed(error)


@cache
def _layer() -> _Layer:
    library = _library()
    if library is None:
        raise OSError(why_not())
    layer = _Layer(library)
    atexit.register(layer.let_go)
    sqlite3.connect(f"file::memory:?vfs={VFS}", uri=True).close()  # fails when this is another SQLite than Python's
    return layer


@cache
def _library() -> ctypes.CDLL | None:
    """The SQLite that Python itself uses: whatever its extension module finds, we find through it."""
    import _sqlite3

    name = "sqlite3" if sys.platform == "win32" else getattr(_sqlite3, "__file__", None)
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return None
    return library if hasattr(library, "sqlite3_vfs_find") else None


def why_not() -> str:
    """Why there can be no such disk here; "" when there can."""
    if _library() is not None:
        return ""
    return "this Python has its SQLite built in and does not show it; one that links to libsqlite3 is needed"
