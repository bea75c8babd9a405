"""Everything a developer runs, from a bare Python 3.11 or newer: set up, demo, test, bench, lock, build.

    python3 packaging/dev.py demo

Only the standard library is used here, because nothing else is there yet on a new machine. Each command first brings
the machine to the state of packaging/requirements.lock: the system packages that are missing (Debian and Ubuntu), a
virtual environment in .venv, the locked packages, and this checkout in it. A machine in that state is left alone.

Works on Linux. Windows has its branches (no system packages, .venv/Scripts), but was not run.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "requirements.lock"
VENV = ROOT / ".venv"
VENV_BIN = VENV / ("Scripts" if sys.platform == "win32" else "bin")
VENV_PYTHON = VENV_BIN / ("python.exe" if sys.platform == "win32" else "python")
STAMP = VENV / "set-up-from"
BUILT = ROOT / "dist" / "kiosk"

# What Qt's window and offscreen platforms load, what its sound is linked to (which looks for a sound server itself, and
# is silent without one), and the bar code reader's native library.
SYSTEM_PACKAGES = (
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libglib2.0-0",
    "libfontconfig1",
    "libdbus-1-3",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libx11-xcb1",
    "libpulse0",
    "libzbar0",
)
# The browser in which the phones' page is tested.
TEST_PACKAGES = ("chromium",)
# PyInstaller reads what libraries depend on with objdump, and puts Python's own library into the folder, which the
# distribution's python3 does without.
BUILD_PACKAGES = (
    "binutils",
    *([f"libpython{sys.version_info.major}.{sys.version_info.minor}"] if sys.base_prefix == "/usr" else []),
)

# The tests use terminals and files as only Linux has them; and what is said for another platform is unreachable here.
KILLS = "tests/end_to_end/test_kills.py"
SIMULATED = "build/simulation.txt"
WINDOWS = ("--no-warn-unreachable", "kiosk", "packaging")

# A built program that hangs has failed too.
SELF_TEST_SECONDS = 300


class SetUpError(Exception):
    """The machine cannot be brought to the state that the lock describes; the message says what to do."""


class Step(NamedTuple):
    """One step of the tests: what it is called and the command it runs."""

    name: str
    command: list[str]


def say(sentence: str) -> None:
    """Prints one line about what happens now, at once, so that it stands before the output of what it announces."""
    print(f"[dev] {sentence}", flush=True)


def run(command: list[str], *, environment: dict[str, str] | None = None, seconds: int | None = None) -> int:
    """Runs a command in the checkout, its output going where ours goes.

    Returns:
        Its exit code; 124 when it ran longer than `seconds` and was ended.
    """
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, timeout=seconds, check=False).returncode
    except subprocess.TimeoutExpired:
        say(f"ended after {seconds} s without an answer: {shlex.join(command)}")
        return 124


def offscreen() -> dict[str, str]:
    """The environment of a child whose windows are painted but not shown."""
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


# --- set-up ---------------------------------------------------------------------------------------------------------


def set_up(extra_packages: tuple[str, ...] = ()) -> None:
    """Brings the machine to the state of the lock: system packages, .venv, locked packages, this checkout.

    Args:
        extra_packages: System packages needed besides those of the program itself.

    Raises:
        SetUpError: Something is missing that this program may not or cannot install.
    """
    install_system_packages((*venv_package(), *SYSTEM_PACKAGES, *extra_packages))
    make_environment()


def venv_package() -> tuple[str, ...]:
    """The system package that lets this Python make environments; none when it can already."""
    # Debian's python3 comes without ensurepip, and `python3 -m venv` fails until it is there.
    if importlib.util.find_spec("ensurepip"):
        return ()
    return (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",)


def install_system_packages(wanted: tuple[str, ...]) -> None:
    """Installs those of the wanted packages that are not installed; only Linux has such packages.

    Raises:
        SetUpError: No right to install, or apt-get failed.
    """
    if sys.platform != "linux":
        return
    if not shutil.which("apt-get"):
        say(f"No apt-get here, so system libraries are left to you. Their names in Debian: {' '.join(wanted)}")
        return
    installed = installed_system_packages()
    missing = [name for name in wanted if name not in installed]
    if not missing:
        return
    # sudo empties the environment, so what apt-get must know travels in the command.
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    install = [*apt, "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            raise SetUpError(
                "System packages are missing, and you are neither root nor have sudo. Have an administrator run: "
                f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"
            )
        apt, install = ["sudo", *apt], ["sudo", *install]
    say(f"Installing system packages: {' '.join(missing)}")
    for command in ([*apt, "update"], install):
        if code := run(command):
            raise SetUpError(f"Installing system packages failed with exit code {code}: {shlex.join(command)}")


def installed_system_packages() -> set[str]:
    """The names of all installed Debian packages, and of those they stand in for (libglib2.0-0t64 and the like)."""
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}\t${Provides}\n"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names: set[str] = set()
    for line in listing.splitlines():
        status, package, provides = line.split("\t")
        if status == "installed":
            names |= {package, *(provided.split(" ")[0] for provided in provides.split(", ") if provided)}
    return names


def make_environment() -> None:
    """Makes .venv and installs the locked packages and this checkout; does nothing when its stamp is the wanted one.

    Raises:
        SetUpError: The environment cannot be made, or a package does not arrive as locked.
    """
    wanted = stamp()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    if VENV.is_symlink():  # `venv --clear` empties what it points to, and only then refuses
        raise SetUpError(f"{VENV} is a link to another environment, which would be emptied. Remove the link.")
    if Path(sys.prefix) == VENV:
        raise SetUpError(".venv must be made anew; run this with the Python outside it, such as python3 on the path.")
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for announcement, command in (
        (f"Making {VENV} with Python {stamp_version()}", [sys.executable, "-m", "venv", "--clear", str(VENV)]),
        (
            "Installing the locked packages (about 300 MB to download; a minute or more)",
            [*pip, "--require-hashes", "-r", str(LOCK)],
        ),
        ("Installing this checkout into it", [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]),
    ):
        say(announcement)
        if code := run(command):
            raise SetUpError(f"Making the environment failed with exit code {code}: {shlex.join(command)}")
    STAMP.write_text(wanted, encoding="utf-8")


def stamp() -> str:
    """What .venv depends on: the lock, the Python, and the place of the checkout, which is written all over it."""
    return "\n".join((hashlib.sha256(LOCK.read_bytes()).hexdigest(), stamp_version(), str(VENV)))


def stamp_version() -> str:
    """This Python's version, such as 3.11.7."""
    return ".".join(str(part) for part in sys.version_info[:3])


# --- commands -------------------------------------------------------------------------------------------------------


def setup() -> int:
    """Only makes the environment."""
    set_up()
    say("Everything is in place.")
    return 0


def demo(arguments: list[str]) -> int:
    """Starts the kiosk with everything around it simulated; without a screen a scripted customer plays a sale."""
    set_up()
    environment = dict(os.environ)
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        say("There is no screen here: a scripted customer shops offscreen instead.")
        environment = offscreen()
    return run([str(VENV_PYTHON), "-m", "kiosk", "demo", *arguments], environment=environment)


def lock(*, upgrade: bool) -> int:
    """Writes packaging/requirements.lock anew from pyproject.toml: all systems, with hashes, without addresses.

    Args:
        upgrade: Take the newest versions that pyproject.toml allows, instead of keeping the locked ones.
    """
    set_up()
    compile_lock = (
        "pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links"
        " -p 3.11 --extra dev pyproject.toml -o packaging/requirements.lock"
    )
    say("Writing packaging/requirements.lock")
    return run([str(VENV_BIN / "uv"), *compile_lock.split(), "--quiet", *(["--upgrade"] if upgrade else [])])


def test(*, fast: bool) -> int:
    """Runs all checks, fast ones first, and stops at the first that fails.

    Args:
        fast: Leave out what starts the program: end to end, planted bugs, the build.
    """
    set_up(TEST_PACKAGES)
    python = str(VENV_PYTHON)
    whole_program = [python, "-m", "pytest", "-q", "-m", "end_to_end"]
    steps = [
        Step("format", [python, "-m", "ruff", "format", "--check", "."]),
        Step("lint", [python, "-m", "ruff", "check", "."]),
        Step("types", [python, "-m", "mypy"]),
        Step("types on Windows", [python, "-m", "mypy", "--platform", "win32", *WINDOWS]),
        Step("layers", [str(VENV_BIN / "lint-imports")]),
        Step("unit tests", [python, "-m", "pytest", "-q", "-n", "2", "-m", "not end_to_end"]),
    ]
    if not fast:
        steps += [
            # these mostly wait, so there may be more of them than cores; the kills have workers of their own
            Step("end to end", [*whole_program, "-n", "3", f"--ignore={KILLS}"]),
            Step("kills", [*whole_program, "-s", KILLS]),
            Step("journal file", [python, "-m", "tests.crashes"]),
            Step("simulation", [python, "-m", "tests.simulation", "--seeds", "1000", "--table", SIMULATED]),
            Step("simulation's bugs", [python, "-m", "tests.simulation.planted", "--own"]),
            # all of them take half an hour: a commit tries a third, and the next another one
            Step("planted bugs", [python, "-m", "tests.planted", f"{1 + commit_number() % 3}/3"]),
            Step("build", [sys.executable, str(Path(__file__).resolve()), "build"]),
        ]
    done: list[str] = []
    for step in steps:
        say(f"{step.name}: {shlex.join(step.command)}")
        started = time.monotonic()
        code = run(step.command, environment=offscreen())
        done.append(f"{step.name} {time.monotonic() - started:.0f} s")
        if code:
            say(f"FAILED: {step.name}, exit code {code}. After: {', '.join(done)}.")
            return code
    say(f"All {len(done)} steps passed: {', '.join(done)}.")
    return 0


def commit_number() -> int:
    """How many commits lead to this one; 0 where that is not known."""
    if not shutil.which("git"):
        return 0
    count = subprocess.run(
        ["git", "rev-list", "--count", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return int(count.stdout) if count.returncode == 0 else 0


def bench(arguments: list[str]) -> int:
    """Measures the figures, each beside its yardstick, and prints them; never fails for what they say."""
    set_up()
    return run([str(VENV_PYTHON), "-m", "tests.bench", *arguments], environment=offscreen())


def build() -> int:
    """Builds the program as one folder, dist/kiosk, after it proved itself in another place."""
    set_up(BUILD_PACKAGES)
    with tempfile.TemporaryDirectory(prefix="kiosk-build-") as elsewhere:
        folder = Path(elsewhere)
        pyinstaller = [str(VENV_PYTHON), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
        places = ["--distpath", str(folder), "--workpath", str(ROOT / "build"), str(ROOT / "kiosk.spec")]
        say("Building (a minute or two)")
        if code := run([*pyinstaller, *places]):
            say(f"FAILED: the build, exit code {code}.")
            return code
        if code := prove_built(folder):
            return code
        shutil.rmtree(BUILT, ignore_errors=True)
        BUILT.parent.mkdir(exist_ok=True)
        shutil.move(folder / "kiosk", BUILT)
    say(f"Built: {BUILT}")
    return 0


def prove_built(folder: Path) -> int:
    """Runs the built program's doctor and one scripted sale, outside the checkout and away from this person's settings.

    Returns:
        The exit code of the first that failed, or 0.
    """
    program = folder / "kiosk" / ("kiosk.exe" if sys.platform == "win32" else "kiosk")
    environment = offscreen()
    for screen in ("DISPLAY", "WAYLAND_DISPLAY"):
        environment.pop(screen, None)
    for place in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        environment[place] = str(folder / "home" / place)
    for command in ("doctor", "demo"):
        say(f"The built program's {command}")
        if code := run([str(program), command], environment=environment, seconds=SELF_TEST_SECONDS):
            say(f"FAILED: the built program's {command}, exit code {code}.")
            return code
    return 0


# --- command line ---------------------------------------------------------------------------------------------------


def stop(sentence: str) -> NoReturn:
    """Ends with a sentence for the person at the terminal."""
    sys.exit(f"[dev] {sentence}")


def main() -> int:
    """Reads the command line and runs the command.

    Returns:
        The exit code of what was run.
    """
    parser = argparse.ArgumentParser(prog="dev.py", description="Set up, demo, test, bench, lock and build the kiosk.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup", help="only make the environment")
    commands.add_parser("demo", help="run the kiosk with simulated payment systems", add_help=False)
    commands.add_parser("test", help="run all checks").add_argument(
        "--fast", action="store_true", help="leave out what starts the program"
    )
    commands.add_parser("bench", help="measure the figures beside their yardsticks", add_help=False)
    commands.add_parser("lock", help="write the lock file anew").add_argument(
        "--upgrade", action="store_true", help="take the newest allowed versions"
    )
    commands.add_parser("build", help="build the program as one folder and prove it")
    options, passed_on = parser.parse_known_args()
    if passed_on and options.command not in {"demo", "bench"}:
        parser.error(f"unknown: {shlex.join(passed_on)}")
    return {
        "setup": setup,
        "demo": lambda: demo(passed_on),
        "test": lambda: test(fast=options.fast),
        "bench": lambda: bench(passed_on),
        "lock": lambda: lock(upgrade=options.upgrade),
        "build": build,
    }[options.command]()


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
        stop(f"Python 3.11 or newer is needed; this is {stamp_version()}. Start it with a newer one by its full name.")
    try:
        sys.exit(main())
    except SetUpError as error:
        stop(str(error))
    except KeyboardInterrupt:
        stop("Stopped.")
