"""The end of threads in which parts of the system are asked that may hang."""

from typing import Final

from PySide6.QtCore import QThread

_END_MS: Final = 500
"""How long such a thread may take to end."""


def end_thread(thread: QThread) -> None:
    """End it when it has done what it was told; whoever ends the till waits for nothing that hangs."""
    thread.quit()
    if not thread.wait(_END_MS):
        thread.terminate()
        thread.wait()
