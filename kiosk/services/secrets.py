"""Where passwords are kept: systemd's credentials, one private file on Linux, the credential vault on Windows."""

import contextlib
import json
import os
import re
import stat
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import SecretError

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}")
_KEPT = TypeAdapter(dict[str, str])


class _Vault(Protocol):
    """Where set() puts secrets."""

    place: str

    def read(self, name: str) -> str | None: ...

    def write(self, name: str, value: str) -> None: ...


class SecretStore:
    """Finds secrets by name, or by a reference from the configuration; keeps new ones.

    Args:
        state_dir: The kiosk's state folder; the private file is in it.
        environment: Environment variables, for env: references and for systemd's CREDENTIALS_DIRECTORY.
    """

    def __init__(self, state_dir: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._vault = _vault(state_dir)

    def get(self, name: str) -> Confidential | None:
        """The secret of this name: systemd's if it gives us one, else the one kept here; None when there is none.

        Raises:
            SecretError: the name cannot be, or where it is kept is damaged or readable by others.
        """
        _check_name(name)
        folder = self._environment.get("CREDENTIALS_DIRECTORY")
        given = Path(folder, name) if folder else None
        if given and given.is_file():
            # systemd mounts this folder for this service alone; its modes are its own affair.
            return Confidential(_first_line(given, given.read_bytes()))
        value = self._vault.read(name)
        return None if value is None else Confidential(value)

    def set(self, name: str, value: Confidential) -> None:
        """Keep a secret; durable when this returns.

        Raises:
            SecretError: the name cannot be, or it cannot be written.
        """
        _check_name(name)
        self._vault.write(name, value.reveal())

    def resolve(self, ref: str) -> Confidential:
        """The secret behind "env:NAME", "store:NAME" or "file:/path".

        Raises:
            SecretError: it is not there, empty, damaged, or readable by others.
        """
        match ref.partition(":"):
            case ("env", _, name):
                value = self._environment.get(name)
                if not value:
                    raise SecretError("secrets.not_in_environment", name=name)
                return Confidential(value)
            case ("store", _, name):
                kept = self.get(name)
                if kept is None:
                    raise SecretError("secrets.not_in_store", name=name, place=self._vault.place)
                return kept
            case ("file", _, path):
                return Confidential(_first_line(Path(path), _read_private(Path(path))))
            case _:
                raise SecretError("secrets.bad_ref")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise SecretError("secrets.bad_name", name=name)


def _first_line(file: Path, content: bytes) -> str:
    """A file holds one secret, perhaps with the line end that editors add."""
    try:
        text = content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretError("secrets.damaged", file=str(file)) from None
    if not text:
        raise SecretError("secrets.empty", file=str(file))
    return text


def _read_private(file: Path) -> bytes:
    """The content of a file that only we can read. The open file is judged, so that no other can be put in its place.

    Raises:
        SecretError: it is not there, or others can read it.
    """
    try:
        with file.open("rb") as opened:
            if sys.platform != "win32":
                status = os.fstat(opened.fileno())
                if status.st_uid != os.getuid():
                    raise SecretError("secrets.not_ours", file=str(file))
                if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                    raise SecretError("secrets.too_open", file=str(file))
            return opened.read()
    except FileNotFoundError:
        raise SecretError("secrets.no_file", file=str(file)) from None
    except OSError as error:
        raise SecretError("secrets.unreadable", file=str(file), reason=error.strerror or "") from error


class _PrivateFile:
    """All secrets in one JSON file that only the kiosk's user can read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.place = str(file)

    def read(self, name: str) -> str | None:
        return self._all().get(name)

    def write(self, name: str, value: str) -> None:
        kept = self._all() | {name: value}
        try:
            self._replace(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True).encode())
        except OSError as error:
            raise SecretError("secrets.unwritable", file=self.place, reason=error.strerror or "") from error

    def _all(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        try:
            return _KEPT.validate_json(_read_private(self._file), strict=True)
        except ValidationError:
            # Without its cause, which quotes the file.
            raise SecretError("secrets.damaged", file=self.place) from None

    def _replace(self, content: bytes) -> None:
        """Old or new content, whole, whatever happens in between."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as opened:  # mkstemp has made it readable by us alone
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            temporary.replace(self._file)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


if sys.platform == "win32":
    import keyring.errors
    from keyring.backends.Windows import WinVaultKeyring

    _SERVICE = "kiosk"

    class _WindowsVault:
        """The Windows credential vault, by name: keyring's own choice of back end is not left to the machine."""

        place = "Windows Credential Manager"

        def __init__(self) -> None:
            self._keyring = WinVaultKeyring()

        def read(self, name: str) -> str | None:
            try:
                kept: str | None = self._keyring.get_password(_SERVICE, name)
            except (keyring.errors.KeyringError, OSError) as error:
                raise SecretError("secrets.vault_failed", name=name, reason=type(error).__name__) from error
            return kept

        def write(self, name: str, value: str) -> None:
            try:
                self._keyring.set_password(_SERVICE, name, value)
            except (keyring.errors.KeyringError, OSError) as error:
                raise SecretError("secrets.vault_failed", name=name, reason=type(error).__name__) from error

    def _vault(_state_dir: Path) -> _Vault:
        return _WindowsVault()

else:

    def _vault(state_dir: Path) -> _Vault:
        return _PrivateFile(state_dir / "secrets.json")
