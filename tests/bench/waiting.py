"""What other programs take away: the time that a thread was ready to run and no core was free for it."""

from pathlib import Path


def waited_ms(pid: int) -> float:
    """So much, altogether, for the main thread of a process [ms]; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e6
    except OSError:
        return 0.0
