"""What holds for all tests of windows."""

import pytest


def pytest_collection_modifyitems(items):
    """The platform without a screen says of every window that it cannot pass on its size limits; that is no fault."""
    for item in items:
        if "tests/ui/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))
