"""What holds for all tests of windows."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


def pytest_collection_modifyitems(items):
    """The platform without a screen says of every window that it cannot pass on its size limits; that is no fault."""
    for item in items:
        if "tests/ui/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown():
    """Windows that were closed are gone: no event loop comes to it here, and thousands of them fill the memory."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
