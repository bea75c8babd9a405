"""What came of stories, as text."""

from collections import Counter
from collections.abc import Sequence

from tests.simulation import faults
from tests.simulation.reachable import by_a_manager, reachable
from tests.simulation.run import Sum
from tests.simulation.sometimes import NAMES
from tests.simulation.world import World


def of_story(world: World) -> str:
    """One story: what was drawn, what happened, what went wrong."""
    without = ", ".join(sorted(kind.name for kind in faults.ALL if kind.name not in world.enabled))
    rates = {"wire": world.wire_rate, "kill": world.kill_rate, "host": world.host_rate, "disk": world.disk_rate,
             "people": world.person_rate}  # fmt: skip
    length = f"{world.payments} payments, {world.lives} lives, {world.loop.now_us / 1e6:.0f} s"
    lines = [
        f"story {world.story.seed}: {length}, trace {world.trace_hash}",
        f"  drawn: {rates}, {world.outside.settings.model_dump()}",
        f"  without: {without}",
        f"  aimed at: {', '.join(world.aim.situation) if world.aim else 'nothing'}",
        *(f"  accident: {key}" for key, _ in world.fired),
        *(f"  VIOLATION {violation}" for violation in world.laws.violations),
    ]
    return "\n".join(lines)


def of_situations(total: Sum) -> list[str]:
    """How many of the situations that can be reached were; those that were not, in groups."""
    wanted, met = reachable(), total.situations
    asked = by_a_manager() - wanted
    hit, once = wanted & set(met), sum(1 for one in met.values() if one == 1)
    missed: Counter[str] = Counter(
        f"{gateway} {standing} {call}, {'killed ' + phase if phase != 'none' else 'leads to ' + outcome}"
        for gateway, standing, call, _fault, phase, outcome in wanted - hit
    )
    return [
        f"situations: {len(hit)} of {len(wanted)} reachable = {100 * len(hit) / len(wanted):.1f} %",
        f"  met by a manager's question, beside them: {len(asked & set(met))}",
        f"  met once: {once} of {met.total()} = {once / max(1, met.total()):.1e}",
        *(f"  met, though it cannot be: {', '.join(one)}" for one in sorted(set(met) - wanted - asked)),
        *(f"  not met {count:3}: {what}" for what, count in missed.most_common(60)),
    ]


def of_sometimes(total: Sum) -> list[str]:
    """What must happen sometimes."""
    seen = sum(1 for name in NAMES if total.sometimes[name])
    return [
        f"sometimes: {seen} of {len(NAMES)} seen",
        *(f"  {total.sometimes[name]:9} {name}" for name in NAMES),
    ]


def of_faults(total: Sum) -> list[str]:
    """Every kind of fault."""
    kinds = sorted(faults.ALL, key=lambda one: one.number)
    return [
        "faults (number in the list of 64, weight, times seen)",
        *(f"  {kind.number:3} {kind.group:8} {kind.name:32} {kind.weight:4g} {total.faults[kind.name]:9}"
          for kind in kinds),
    ]  # fmt: skip


def of_many(total: Sum, workers: int, other: Sequence[int]) -> str:
    """Many stories."""
    begun = f"{total.payments} payments ({total.attempts} attempts begun)"
    per_core = total.payments / total.told_s if total.told_s else 0.0
    all_cores, faster = total.payments / total.took_s, total.simulated_s / total.took_s
    wrong = [(seed, one) for seed in sorted(total.violations) for one in total.violations[seed][:2]]
    lines = [
        f"{total.stories} stories, {begun}, {total.lives} starts of the program",
        f"payments/s: {per_core:.0f} per core (processor time), {all_cores:.0f} by {workers} processes",
        f"simulated time / real time: {faster:.0f}",
        f"told twice: {len(total.hashes)}, came out other: {len(other)} {list(other) or ''}",
        f"left to staff: {total.with_staff} attempts",
        f"taken late or out of sight: {len(total.late)} attempts; those not found and listed are violations of 'late'",
        f"points taken by force, of openings that were doubled on their way: {len(total.by_force)} attempts",
        f"transfers that came late, twice, of another amount, or were taken back: {len(total.odd)} attempts",
        f"violations: {sum(map(len, total.violations.values()))} in {len(total.violations)} stories",
        *(f"  {seed}: {one}" for seed, one in wrong[:40]),
        "",
        *of_faults(total),
        "",
        *of_sometimes(total),
        "",
        *of_situations(total),
    ]
    return "\n".join(lines)
