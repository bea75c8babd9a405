"""The simulation itself: the same seed tells the same story, what is killed is dead, and a bug is noticed."""

import ast
import asyncio
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from kiosk.domain.attempt import TABLES
from kiosk.domain.outcome import Reason
from kiosk.services.gateways.loyalty import rules
from kiosk.services.gateways.loyalty.rules import Release, next_waiting_step
from kiosk.simulator.faults import KINDS
from tests.simulation import faults
from tests.simulation.aims import HINTS, aim_at, aim_of
from tests.simulation.chance import Chance
from tests.simulation.hearsay import hearsay
from tests.simulation.kept import Kept
from tests.simulation.life import configuration
from tests.simulation.loop import OWNER, Loop, Owner, StuckError
from tests.simulation.more_bugs import NOT_HERE
from tests.simulation.people import PATIENCE_S
from tests.simulation.planted import BUGS, try_bug
from tests.simulation.reachable import ROWS, by_a_manager, reachable, ways
from tests.simulation.regressions import REGRESSIONS
from tests.simulation.run import a_folder, quiet, tell, tell_all, tell_many, tell_twins
from tests.simulation.sometimes import NAMES
from tests.simulation.systems import SYSTEMS
from tests.simulation.touched import BY_PLACE, BY_VALUE, Probes, Watching
from tests.simulation.truth import Account
from tests.simulation.world import DAY_S, Story, World

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def folder():
    quiet()
    with a_folder() as folder:
        yield folder


# -- stories


@pytest.mark.parametrize("story", REGRESSIONS, ids=lambda story: str(story.seed))
def test_a_story_that_went_wrong_once_ends_well(folder, story):
    assert tell(story, folder).laws.violations == []


def test_a_story_is_the_same_in_another_process_told_in_another_order(folder):
    hashes = {seed: tell(Story(seed), folder).trace_hash for seed in range(1, 5)}
    assert tell_twins(hashes) == []
    assert tell_twins({**hashes, 3: "other"}) == [3]


def test_another_seed_is_another_story(folder):
    assert len({tell(Story(seed), folder).trace_hash for seed in range(4)}) == 4


def test_leaving_one_accident_out_leaves_the_others(folder):
    fired = [key for key, _ in tell(Story(1, is_rough=True), folder).fired]
    without = [key for key, _ in tell(Story(1, is_rough=True, without=frozenset({fired[1]})), folder).fired]
    assert without[0] == fired[0]
    assert fired[1] not in without
    alone = Story(1, is_rough=True, only=frozenset(fired[:1]))
    assert {key for key, _ in tell(alone, folder).fired if not key.startswith("already")} == {fired[0]}


class Calm(World):
    """Nothing happens by chance."""

    @override
    def _aim(self):
        return None

    @override
    def _draw(self):
        super()._draw()
        self.wire_rate = self.kill_rate = self.host_rate = self.disk_rate = self.person_rate = 0
        self.callback_rate = self.phone_rate = self.cancel_rate = self.transfer_rate = self.payout_rate = 0
        self.steps_of_death = 0


def test_every_customer_of_a_calm_story_is_told_the_truth_and_the_books_agree(folder):
    world = Calm(Story(7), folder, configuration(folder))
    assert world.tell() == []
    assert world.payments >= 10
    assert [kind for _, kind in world.fired if kind != "slow disk"] == []


@pytest.mark.parametrize(("phase", "looks"), [("before", False), ("under way", True), ("answered", True)])
def test_a_person_looks_at_another_amount_only_where_a_kill_took_the_word_of_its_cancel(folder, phase, looks):
    ten_less = replace(faults.BY_NAME["less than asked"], params=lambda _chance, _name: {"by": 10})

    class KilledAtCancel(Calm):
        @override
        def _draw_fault(self, exchange):
            return ten_less if exchange.name == "crepay.checkout" else None

        @override
        def reached(self, life, point, exchange=None):
            is_cancel = exchange is not None and (exchange.name, exchange.progress) == ("crepay.cancel", phase)
            if is_cancel and not self.kills:
                self.kill(life, point)

    with_staff = killed = 0
    for seed in range(8):
        world = KilledAtCancel(Story(seed, customers=frozenset(range(1, 6))), folder, configuration(folder))
        assert world.tell() == []
        killed += world.kills
        with_staff += world.laws.with_staff
    assert killed >= 3
    assert (with_staff > 0) is looks


def off_for(seconds):
    """A calm world whose till is off at first [s]."""

    class Off(Calm):
        @override
        def _start(self):
            if self.loop.now_us:
                super()._start()
            else:
                self.later(seconds, self._start)

    return Off


def test_a_till_that_is_off_until_many_customers_have_gone_sells_to_the_next(folder):
    world = off_for(2 * 3600)(Story(7), folder, configuration(folder))
    assert world.tell() == []
    assert world.payments > 0


def test_a_till_that_sells_to_nobody_all_day_breaks_a_law(folder):
    world = off_for(DAY_S + PATIENCE_S)(Story(7), folder, configuration(folder))
    assert [violation.law for violation in world.tell()] == ["liveness"]


# -- what the till could not know


@pytest.mark.parametrize(
    ("call", "standing", "is_late"),
    [("ceos.payment", "SENDING", True), ("ceos.payment", "UNKNOWN", False), ("ceos.cancel", "SENDING", False)],
)
def test_only_the_look_right_after_a_refusal_is_believed_when_it_finds_nothing(call, standing, is_late):
    account = Account(held=1000, is_doubled=True)
    account.unseen(call, standing)
    assert account.is_late is is_late


@pytest.mark.parametrize("account", [Account(held=1000), Account(is_doubled=True)], ids=["refused once", "given back"])
def test_a_look_hides_only_money_that_was_refused_in_words_and_is_held(account):
    account.unseen("ceos.payment", "SENDING")
    assert not account.is_late


@pytest.mark.parametrize(
    ("way", "amount", "held", "is_found", "is_right"),
    [
        ("charged_kept", 900, 900, False, True),
        ("charged_kept", 900, 0, False, False),
        ("not_charged", 900, 0, False, True),
        ("not_charged", 900, 900, True, True),
        ("not_charged", 900, 900, False, False),
        ("loss", 900, 0, False, True),
    ],
)
def test_what_a_manager_rightly_said_has_to_stay_so(folder, way, amount, held, is_found, is_right):
    world = World(Story(0), folder, configuration(folder))
    world.truth.accounts["K01-1-000001-1"] = Account(held=held)
    world.laws._said_rightly("K01-1-000001-1", (way, amount), is_found=is_found)
    assert (world.laws.violations == []) is is_right


# -- aims


def aimed_at(situation):
    """A world whose stories set out for this."""

    class Aimed(World):
        @override
        def _aim(self):
            return aim_at(self.chance, situation)

    return Aimed


@pytest.mark.parametrize(
    "situation",
    [
        ("crepay", "REVERSING", "cancel-network", "slow", "none", "REVERSED"),
        ("crepay", "SENDING", "checkout", "sent twice", "under way", "UNKNOWN"),
        ("ceos", "UNKNOWN", "payment", "refused", "before", "NEEDS_STAFF"),
        ("ceos", "APPROVED/UNKNOWN", "cancel", "500 after", "answered", "stays"),
        ("loyalty", "OPENING", "open_new", "answer lost, reset", "none", "OPEN_LOST"),
        ("loyalty", "VOIDING", "close_new", "502 after", "answered", "stays"),
        ("loyalty", "APPROVED/PENDING", "close_cancel", "sent twice", "none", "refund DONE"),
    ],
    ids=" ".join,
)
def test_a_story_with_an_aim_comes_to_it_and_only_to_what_can_be_reached(folder, situation):
    met = set()
    for seed in range(5):
        world = aimed_at(situation)(Story(seed), folder, configuration(folder))
        assert world.tell() == []
        met |= set(world.coverage.situations)
    assert situation in met
    assert met <= reachable() | by_a_manager()


def test_about_two_stories_in_five_have_an_aim_and_rough_ones_none(folder):
    aims = [aim_of(Chance(seed), seed) for seed in range(500)]
    assert sum(aim is not None for aim in aims) == 2 * len(aims) / 5
    assert World(Story(0, is_rough=True), folder, configuration(folder)).aim is None


def test_each_situation_has_its_turn_before_any_has_another():
    count = len(ways())
    seeds = range(count * 5 // 2 + 1)
    aims = [aim.situation for seed in seeds if (aim := aim_of(Chance(seed), seed)) is not None]
    assert set(aims[:count]) == set(ways())


def test_an_accident_of_an_aim_can_be_left_out(folder):
    situation = ("crepay", "SENDING", "checkout", "502 after", "none", "UNKNOWN")
    world = aimed_at(situation)(Story(1), folder, configuration(folder))
    world.tell()
    key = next(key for key, kind in world.fired if kind == "502 after")
    without = aimed_at(situation)(Story(1, without=frozenset({key})), folder, configuration(folder))
    without.tell()
    assert key not in [key for key, _ in without.fired]


def test_every_hint_helps_some_story_and_names_what_exists():
    texts = [
        f"{gateway} {standing} {call} {way.answer or 'unwritten'} {outcome}"
        for (gateway, standing, call, _fault, _phase, outcome), found in ways().items()
        for way in found
    ]
    assert [hint.to for hint in HINTS if not any(fnmatchcase(text, hint.to) for text in set(texts))] == []
    assert {kind for hint in HINTS for fails in hint.fails for kind in fails.kinds} <= set(faults.BY_NAME)


# -- the loyalty relay


def test_what_the_relay_does_by_itself_goes_on_while_the_till_is_dead(folder):
    class DiesWhileThePhoneAsks(Calm):
        @override
        def reached(self, life, point, exchange=None):
            is_asked = exchange is not None and (exchange.name, exchange.progress) == ("loyalty.item", "under way")
            if is_asked and not self.kills:
                self.kill(life, point, longer_s=1000.0)

    posted = 0
    for seed in range(6):
        heard: list[tuple[float, str]] = []
        story = Story(seed, customers=frozenset(range(1, 8)))
        world = DiesWhileThePhoneAsks(story, folder, configuration(folder), lambda *event, to=heard: to.append(event))
        assert world.tell() == []
        deaths_s = [at_s for at_s, what in heard if what.startswith("KILLED")]
        posted += sum(
            1
            for at_s, what in heard
            if what.startswith("posts") and any(0 < at_s - died_s < 1000 for died_s in deaths_s)
        )
    assert posted


def test_the_money_of_a_small_story_is_the_same_however_its_messages_come(folder):
    assert [one for seed in range(8) for one in hearsay(Story(seed), folder, configuration(folder))] == []


def test_a_till_that_believes_its_messages_is_noticed(folder, monkeypatch):
    def believing(known, limits):
        return Release(Reason.DENIED) if known.rang else next_waiting_step(known, limits)

    monkeypatch.setattr(rules, "next_waiting_step", believing)
    found = [one.law for seed in range(8) for one in hearsay(Story(seed), folder, configuration(folder))]
    assert "I10" in found


# -- it can fail


@pytest.mark.parametrize(
    "name",
    [
        "a till that the journal fails sells on",
        "a payment that timed out was declined",
        "one close that found nothing is believed",
    ],
)
def test_a_planted_bug_is_noticed(name):
    bug = next(bug for bug in BUGS if bug.name == name)
    assert try_bug(bug, range(100), until_caught=True).verdict == "caught"


@pytest.mark.parametrize(
    ("sound", "wrong", "meets"),
    [
        ("if a < b:", "if a <= b:", {2}),
        ("        return 1", "        return 2", {0, 1}),
        ("c = f(a)", "c = f(b)", {0, 1, 3}),
        ("return len(c)", "return 0", {2, 3}),
        ("f = str", "f = tuple", None),
    ],
)
def test_it_is_noted_where_a_bug_makes_a_difference(sound, wrong, meets):
    text = "f = str\ndef g(a, b):\n    c = f(a)\n    if a < b:\n        return 1\n    return len(c)\n"
    probes = Probes(tree := ast.parse(text))
    probes.add(7, ast.parse(text.replace(sound, wrong)))
    assert probes.always == (set() if meets else {7})
    watching = Watching(())
    module: dict[str, Any] = {BY_VALUE: watching.value, BY_PLACE: watching.met.add}
    probes.visit(tree)
    exec(compile(ast.fix_missing_locations(tree), "", "exec"), module)  # noqa: S102 - it stands above
    met = set()
    for number, pair in enumerate([(1, 2), (0, 9), (3, 3), (5, 4)]):
        watching.met.clear()
        assert module["g"](*pair) == 1
        if watching.met:
            met.add(number)
    assert met == (meets or set())


def test_every_bug_has_a_name_of_its_own_and_fits_the_code():
    assert [name for name, count in Counter(bug.name for bug in BUGS).items() if count > 1] == []
    assert [bug.name for bug in BUGS if (PROJECT / bug.file).read_text("utf-8").count(bug.old) != 1] == []
    assert len(BUGS) >= 30
    assert all(NOT_HERE.values())


def test_a_story_on_the_command_line_says_how_it_ended():
    command = (sys.executable, "-m", "tests.simulation", "--seed", "3", "--trace")
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "story 3:" in done.stdout
    assert "START 1" in done.stdout


# -- the loop


def test_what_belongs_to_a_killed_owner_never_runs_again_not_even_its_finally():
    loop, owner, done = Loop(), Owner(), []

    async def work():
        try:
            await asyncio.sleep(1)
        finally:
            done.append("finally")

    async def story():
        task = asyncio.current_task()
        assert task is not None
        token = OWNER.set(owner)
        loop.create_task(work())
        OWNER.reset(token)
        await asyncio.sleep(0.5)
        owner.is_dead = True
        await asyncio.sleep(5)

    loop.run(story())
    assert done == []
    assert loop.now_us == 5_500_000
    owner.bury()
    assert done == ["finally"]


def test_what_belongs_to_a_frozen_owner_runs_when_it_is_thawed():
    loop, owner, at_s = Loop(), Owner(), []

    async def work():
        await asyncio.sleep(1)
        at_s.append(loop.time())

    async def story():
        token = OWNER.set(owner)
        loop.create_task(work())
        OWNER.reset(token)
        await asyncio.sleep(0.5)
        owner.frozen_until_us = 60_000_000
        await asyncio.sleep(100)

    loop.run(story())
    assert at_s == [60.0]


def test_a_story_in_which_nothing_happens_any_more_is_stuck():
    async def story():
        await asyncio.get_running_loop().create_future()

    with pytest.raises(StuckError):
        Loop().run(story())


# -- tables


def test_every_fault_that_the_simulators_play_exists_there():
    assert {kind.play for kind in faults.WIRE if kind.play} <= set(KINDS)
    assert len({kind.name for kind in faults.ALL}) == len(faults.ALL)


def test_a_story_leaves_out_about_a_third_of_the_kinds():
    left_out = [1 - len(faults.enabled(Chance(seed))) / len(faults.ALL) for seed in range(300)]
    assert 0.3 < sum(left_out) / len(left_out) < 0.37


def test_every_payment_system_has_its_rows_and_every_row_a_state_of_the_table():
    assert {system.name for system in SYSTEMS} == set(ROWS)
    tables = TABLES.values()
    states = {state for table in tables for begins, ends in table.items() for state in (begins, *ends)}
    assert {row.standing.split("/")[0] for rows in ROWS.values() for row in rows} <= states
    assert len(reachable()) > 1000


def test_what_must_happen_sometimes_has_forty_names_each_once():
    assert len(NAMES) >= 40
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("low", [0.5, 3.0])
def test_a_draw_is_by_name_and_stays_in_its_bounds(low):
    chance = Chance(1)
    assert chance.number("a") == Chance(1).number("a") != Chance(2).number("a")
    assert all(low <= chance.long_tail(f"{n}", low, 9) <= 9 for n in range(200))
    assert {chance.whole(f"{n}", 1, 3) for n in range(200)} == {1, 2, 3}
    assert chance.weighted("x", {"only": 1.0}) == "only"


def test_no_story_draws_a_screen_so_a_run_goes_on_when_one_was_changed():
    script = (
        "import sys; from tests.simulation.run import quiet, tell_all; quiet(); tell_all(range(3)); "
        "print([name for name in sys.modules if name.startswith(('kiosk.ui', 'PySide6'))])"
    )
    told = subprocess.run((sys.executable, "-c", script), capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_a_run_that_was_cut_off_goes_on_with_what_was_told(tmp_path, monkeypatch):
    path = tmp_path / "kept"
    for seeds, part in tell_many([range(2), range(2, 3)], workers=1):
        Kept(path).keep(seeds, part)
    whole = Kept(path)
    assert (whole.done, whole.total.stories) == ({0, 1, 2}, 3)
    path.write_bytes(path.read_bytes()[:-3])
    cut = Kept(path)
    assert (cut.done, cut.total.stories) == ({0, 1}, 2)
    cut.keep(range(2, 3), tell_all(range(2, 3)))
    assert Kept(path).done == {0, 1, 2}
    monkeypatch.setattr("tests.simulation.kept.source_hash", lambda: "another")
    with pytest.raises(ValueError, match="another version"):
        Kept(path)
