"""`kiosk secrets set NAME`: put a secret into the private store of this till."""

import getpass
import os
import sys
from pathlib import Path

from kiosk.domain.confidential import Confidential
from kiosk.services import config_file
from kiosk.services.secrets import SecretStore
from kiosk.services.text import Text


def keep_secret(config_path: Path, name: str, text: Text) -> int:
    """Store a secret, asked for without echo, or read from standard input where that is no terminal.

    Raises:
        ConfigError: the configuration does not say where the store is.
        SecretError: it cannot be stored.
    """
    config = config_file.load(config_path, os.environ)
    value = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    SecretStore(config.kiosk.state_dir, os.environ).set(name, Confidential(value))
    print(text("cli.secret_kept", name=name))
    return 0
