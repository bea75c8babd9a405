"""What holds for all tests of windows."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


def pytest_collection_modifyitems(items):
    """The platform without a screen says of every window that it cannot pass on its size limits; that is no fault."""
    for item in items:
        if "tests/ui/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(scope="module", autouse=True)
def windows_are_gone():
    """Windows that were closed are gone: no event loop comes to it here, and thousands of them fill the memory.

    Not after each test: in the platform without a screen the next window would lose the keyboard some time after.
    """
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
