"""The smallest PySide6 window: what a start takes that does nothing else. Tells when it was painted [monotonic, ns]."""

import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override


class Smallest(QWidget):
    """An empty window that ends the program once it is painted."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        print(time.monotonic_ns(), flush=True)
        QTimer.singleShot(0, QApplication.quit)


if __name__ == "__main__":
    application = QApplication([])
    window = Smallest()
    window.show()
    sys.exit(application.exec())
