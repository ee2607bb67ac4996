"""Populations train what the reference loop trains, each member as if it were alone."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from native_networks import compiled
from price_training import Told, samples, weights
from tunewright.core.errors import TrialFailure, TrialPruned
from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.prices.families.gru import GRUSpec
from tunewright.prices.families.layers import LayerSpec
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.families.mlp import MLPSpec
from tunewright.prices.training.compiled import fit_compiled
from tunewright.prices.training.fit import Engine
from tunewright.prices.training.loop import Trained, fit_one, predict
from tunewright.prices.training.population.course import Course
from tunewright.prices.training.population.member import Member, Outcome
from tunewright.prices.training.population.seat import Seat
from tunewright.prices.training.population.stack import Batches, Stack
from tunewright.prices.training.population.train import fit_population
from tunewright.prices.training.training import Training
from tunewright.training.optimizers import OPTIMIZERS

TRAIN, VALIDATION = samples(130, seed=0), samples(60, seed=1)
SHAPES: tuple[LayerSpec, ...] = (
    LSTMSpec((8,), (0.0,)),
    LSTMSpec((8, 5, 7), (0.0, 0.0, 0.0)),
    LSTMSpec((6, 9), (0.0, 0.0), bidirectional=True),
    GRUSpec((8, 6), (0.0, 0.0)),
    GRUSpec((7,), (0.0,)),
)
SPEC = LSTMSpec((8, 5), (0.3, 0.2))
TRAINING = Training(4, 32, 0.01, patience=None)


def member(number: int = 0, spec: LayerSpec = SPEC, training: Training = TRAINING) -> Member:
    return Member(spec, training, TRAIN, VALIDATION, SeedTree(number))


def others() -> list[Member]:
    """Of other widths, batches, samples, features, rates and lengths, some of which are stacked with `member()`."""
    short = samples(60, seed=3)
    return [
        member(
            1,
            LSTMSpec((3, 8), (0.0, 0.5)),
            replace(TRAINING, batch_size=50, epochs=3, optimizer="sgd", weight_decay=0.1),
        ),
        member(2, LSTMSpec((8, 8), (0.4, 0.0)), replace(TRAINING, epochs=1, learning_rate=0.1)),
        replace(member(3, training=replace(TRAINING, batch_size=11, epochs=3)), train=short, validation=short),
        replace(member(4, training=replace(TRAINING, epochs=2)), validation=None),
        member(5, LSTMSpec((20, 5), (0.1, 0.1)), replace(TRAINING, epochs=2)),
        replace(member(6), train=samples(60, features=3), validation=None),
        member(7, GRUSpec((8, 5), (0.3, 0.2)), replace(TRAINING, epochs=2)),
    ]


def trained(outcome: Outcome) -> Trained:
    assert isinstance(outcome, Trained), outcome
    return outcome


def trained_by(engine: Engine, one: Member) -> Trained:
    with threads(1):
        return engine(
            one.spec, one.training, one.train, validation=one.validation, seeds=one.seeds, observer=one.observer
        )


def assert_close(ours: Trained, theirs: Trained) -> None:
    assert ours.train_loss == pytest.approx(theirs.train_loss, rel=1e-5)
    assert ours.validation_loss == pytest.approx(theirs.validation_loss, rel=1e-5)
    assert ours.best_epoch == theirs.best_epoch
    torch.testing.assert_close(weights(ours), weights(theirs), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_without_dropout_it_is_the_reference_but_for_rounding(shape: LayerSpec) -> None:
    """For every optimizer, in batches of several sizes, the last of which is smaller or the only one."""
    batches = (50, 70, 1000, 50)
    trainings = [
        Training(2, size, 0.003, optimizer, decay, patience=None)
        for decay, sizes in ((0.0, batches), (0.1, batches[::-1]))
        for optimizer, size in zip(OPTIMIZERS, sizes, strict=True)
    ]
    members = [member(number, shape, training) for number, training in enumerate(trainings)]
    for one, outcome in zip(members, fit_population(members), strict=True):
        assert_close(trained(outcome), trained_by(fit_one, one))


def test_with_dropout_it_is_the_compiled_engine_but_for_rounding() -> None:
    compiled()
    members = [member(number, spec) for number, spec in enumerate(_with_dropout(shape) for shape in SHAPES)]
    for one, outcome in zip(members, fit_population(members), strict=True):
        assert_close(trained(outcome), trained_by(fit_compiled, one))


def _with_dropout(spec: LayerSpec) -> LayerSpec:
    return replace(spec, dropout=(0.3, 0.2, 0.4)[: len(spec.units)])


def test_what_a_member_comes_to_is_nobody_elses_doing() -> None:
    """Alone, among others, and after most of them have ended and their rows are left behind."""
    one = member()
    alone = trained(fit_population([one])[0])
    among = fit_population([*others()[:3], one, *others()[3:]])
    assert_close(trained(among[3]), alone)
    assert_close(trained(fit_population([*others(), one], most_numbers=1)[-1]), alone)
    for other, outcome in zip(others(), [*among[:3], *among[4:]], strict=True):
        assert_close(trained(outcome), trained(fit_population([other])[0]))


def test_patience_ends_each_in_its_own_epoch_with_its_best_weights() -> None:
    members = [member(number, SHAPES[0], Training(20, 50, 0.03, patience=2)) for number in range(4)]
    ends = set()
    for one, outcome in zip(members, fit_population(members), strict=True):
        assert_close(trained(outcome), trained_by(fit_one, one))
        ends.add(len(trained(outcome).train_loss))
    assert len(ends) > 1


def test_forecasts_are_those_of_the_module_that_it_gives() -> None:
    found = trained(fit_population([*others(), member(training=replace(TRAINING, epochs=6))])[-1])
    error = predict(found.model, VALIDATION.windows).astype(np.float64) - VALIDATION.targets
    assert float(np.mean(error**2)) == pytest.approx(min(found.validation_loss), rel=1e-6)
    starts = {parameter.untyped_storage().data_ptr() for parameter in found.model.parameters()}
    assert len(starts) == len(list(found.model.parameters())), "each has memory of its own, as files want it"


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_padding_stays_zero(shape: LayerSpec) -> None:
    wide = _with_dropout(replace(shape, units=Seat(member(0, shape)).layout.units))
    narrow = replace(wide, units=tuple(units - 2 for units in wide.units))
    trainings = [replace(TRAINING, epochs=2, optimizer=optimizer, weight_decay=0.1) for optimizer in OPTIMIZERS]
    seats = [Seat(member(number, narrow, training)) for number, training in enumerate(trainings)]
    course = Course([Seat(member(9, wide, replace(TRAINING, epochs=1))), *seats], torch.device("cpu"))
    stack = course._stack
    assert all(isinstance(outcome, Trained) for _, outcome in course.run())
    for row, seat in enumerate(seats, start=1):
        padding = torch.ones(seat.layout.numbers, dtype=torch.bool).index_fill_(0, seat.places, False)
        assert padding.any()
        for numbers in (stack.parameters[row], stack.first[row], stack.second[row]):
            assert numbers[seat.places].any()
            assert not numbers[padding].any()


def test_members_that_are_pruned_or_diverge_leave_the_others_alone() -> None:
    told, pruned = Told(), Told(raises=(2, TrialPruned("worse than others")))
    broken = Told(raises=(1, ZeroDivisionError("a user's own")))
    members = [
        replace(member(0), observer=pruned),
        member(1, training=replace(TRAINING, epochs=200, learning_rate=1e6, optimizer="sgd")),
        replace(member(2), observer=told),
        replace(member(3), observer=broken),
        replace(member(4), spec=LSTMSpec((8,), (0.1,), attention="dot")),
        replace(member(5), spec=MLPSpec((8,), (0.1,))),
    ]
    found = fit_population(members)
    assert_close(trained(found[2]), trained(fit_population([member(2)])[0]))
    assert [epoch.number for epoch in told.epochs] == [1, 2, 3, 4]
    assert [epoch.train_loss for epoch in told.epochs] == list(trained(found[2]).train_loss)
    assert all(epoch.forecasts is not None and epoch.forecasts.shape == (len(VALIDATION),) for epoch in told.epochs)
    assert isinstance(found[0], TrialPruned)
    assert len(pruned.epochs) == 2
    assert isinstance(found[1], TrialFailure)
    assert "the training diverged" in str(found[1])
    assert isinstance(found[3], ZeroDivisionError)
    assert [type(one) for one in found[4:]] == [TypeError, TypeError]


def test_an_interrupt_ends_them_all() -> None:
    with pytest.raises(KeyboardInterrupt):
        fit_population([member(0), replace(member(1), observer=Told(raises=(1, KeyboardInterrupt())))])


def test_a_training_goes_on_from_its_snapshot_bit_for_bit() -> None:
    narrow = LSTMSpec((7, 5), (0.3, 0.2))
    half, aside = Told(keeps=2), Told(keeps=2)
    whole = fit_population([replace(member(0, narrow), observer=half), replace(member(1), observer=aside)])
    rests = [Told(start=half.kept), Told(start=aside.kept)]
    ends = fit_population([replace(member(0, narrow), observer=rests[0]), replace(member(1), observer=rests[1])])
    for rest, end, before in zip(rests, ends, whole, strict=True):
        assert torch.equal(weights(trained(end)), weights(trained(before)))
        assert trained(end).train_loss == trained(before).train_loss
        assert [epoch.number for epoch in rest.epochs] == [3, 4]


def test_one_that_had_ended_is_not_trained_again() -> None:
    last = Told(keeps=4)
    whole = trained(fit_population([replace(member(), observer=last)])[0])
    again = trained(fit_population([replace(member(), observer=Told(start=last.kept)), member(1)])[0])
    assert torch.equal(weights(again), weights(whole))


@pytest.mark.parametrize("shape", SHAPES[:4], ids=str)
def test_a_step_needs_nothing_of_the_host(shape: LayerSpec) -> None:
    """So that a GPU can be given one after another, or a graph of one: on the device meta nothing can be read, and what
    lies on two devices is refused."""
    course = Course([Seat(member(number, _with_dropout(shape))) for number in range(2)], torch.device("cpu"))
    here = course._next(2)
    there = Batches(*(getattr(here, one.name).to("meta") for one in fields(here)))
    stack = Stack.of(list(course._rows), course._shelf.series().to("meta"))
    stack.train(there)
    left = stack.take(torch.tensor([1], device="meta"))
    left.train(Batches(there.ends[:, 1:], there.targets[:, 1:], there.weights[:, 1:]))
    assert left.predict(torch.tensor([0], device="meta"), there.ends[0, :1]).device.type == "meta"
    with pytest.raises(RuntimeError, match="not on the expected device"):
        stack.train(replace(there, targets=here.targets))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_it_is_what_it_is_on_the_processor_but_for_rounding() -> None:
    members = [member(), *others()]
    for there, here in zip(fit_population(members, device="cuda"), fit_population(members), strict=True):
        assert trained(there).train_loss == pytest.approx(trained(here).train_loss, rel=1e-3)
        assert all(not weight.is_cuda for weight in trained(there).model.parameters())


def test_of_nobody_nothing_comes() -> None:
    assert fit_population([]) == []
