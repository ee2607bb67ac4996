"""What a display shows, told trial by trial in whatever order they end, is what counting them anew would show."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tunewright.runs.searching import COMPARING, SEARCHING, Stage
from tunewright.runs.standing import Standings
from tunewright.search.records import State, TrialRecord, best, count_good

ENDS = [State.COMPLETE, State.PRUNED, State.INFEASIBLE, State.FAILED]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.sampled_from(ENDS), st.integers(-3, 3)), max_size=60))
def test_the_same_as_counted_anew(steps: list[tuple[bool, int, State, int]]) -> None:
    standings, records = Standings(), list[TrialRecord]()
    for begins, which, state, score in steps:
        running = [one for one in records if not one.finished]
        if begins or not running:
            records.append(TrialRecord(len(records), State.RUNNING, {}, began=0.0))
        else:
            ended = running[which % len(running)]
            told = float(score) if state is State.COMPLETE else None
            records[ended.number] = replace(ended, state=state, score=told, ended=1.0)
        settled = standings.of(Stage(SEARCHING, records, 100)).settled
        assert (settled.good, settled.leader) == (count_good(records), best(records))
        assert settled.failed == sum(one.state is State.FAILED for one in records)


def test_another_phase_has_trials_of_its_own() -> None:
    standings = Standings()
    trials = [TrialRecord(number, State.COMPLETE, {}, float(number)) for number in range(5)]
    assert standings.of(Stage(SEARCHING, trials, 5)).settled.good == 5
    assert standings.of(Stage(COMPARING, trials[:3], 3)).settled.good == 3
    assert standings.of(Stage(COMPARING, trials[:1], 3)).settled.good == 1
