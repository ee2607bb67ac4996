"""What a training step of an image network is made of: rates, averages of weights, and updates."""

import copy
import math
from collections.abc import Callable, Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from image_training import same
from tunewright.images.training.averaging import make_averaging
from tunewright.images.training.optimizing import Muon, make_image_optimizer, orthogonal, set_rate
from tunewright.images.training.schedule import ScheduleName, ends_low, rate
from tunewright.images.training.training import AveragingName
from tunewright.training.optimizers import Group

SCHEDULES: tuple[ScheduleName, ...] = ("one_cycle", "cosine", "constant")
PROGRESS = st.floats(0, 1, exclude_max=True)
WARMUP = st.floats(0, 1, exclude_max=True)


@given(st.sampled_from(SCHEDULES), PROGRESS, WARMUP)
def test_a_rate_is_a_share(schedule: ScheduleName, progress: float, warmup: float) -> None:
    assert 0 <= rate(schedule, progress, warmup=warmup) <= 1


@given(st.sampled_from(SCHEDULES), PROGRESS, PROGRESS, st.floats(0.01, 0.99))
def test_a_rate_rises_to_its_highest_and_never_again(
    schedule: ScheduleName, one: float, other: float, warmup: float
) -> None:
    first, second = (rate(schedule, share, warmup=warmup) for share in sorted((one, other)))
    if max(one, other) < warmup:
        assert first <= second
    elif min(one, other) >= warmup:
        assert first >= second
    assert rate(schedule, warmup, warmup=warmup) == 1
    assert rate(schedule, 0.0, warmup=warmup) == 0


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_rates_begin_and_end_where_they_should(schedule: ScheduleName) -> None:
    assert rate(schedule, 0.0, warmup=0.0) == 1
    end = rate(schedule, 1 - 1e-9, warmup=0.2)
    assert end == pytest.approx(0 if ends_low(schedule) else 1, abs=1e-8)
    assert rate(schedule, 0.1, warmup=0.2) == 0.5
    assert rate(schedule, 0.999, warmup=1.0) == 0.999


def test_rates_half_way_down() -> None:
    assert [rate(name, 0.6, warmup=0.2) for name in SCHEDULES] == pytest.approx([0.5, 0.5, 1.0])
    assert rate("cosine", 0.4, warmup=0.2) == pytest.approx((1 + 0.5**0.5) / 2)
    assert [ends_low(name) for name in SCHEDULES] == [True, True, False]


def network(seed: int = 0) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4 * 36, 3))


def wandering(model: nn.Module, steps: int) -> Iterator[int]:
    """Changes all that a training changes, once a step, counted from 1."""
    random = torch.Generator().manual_seed(1)
    for step in range(1, steps + 1):
        with torch.no_grad():
            for weight in model.parameters():
                weight.add_(torch.randn(weight.shape, generator=random))
        model(torch.randn(5, 2, 8, 8, generator=random))
        yield step


def test_an_exponential_average_is_the_sum_written_out() -> None:
    model = network()
    averaging = make_averaging("ema", model, decay=0.6)
    expected = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for step in wandering(model, 12):
        averaging.after(step)
        decay = min(0.6, (1 + step) / (10 + step))
        for name, tensor in model.state_dict().items():
            if tensor.is_floating_point():
                expected[name] = decay * expected[name] + (1 - decay) * tensor
            else:
                expected[name] = tensor.clone()
    assert "1.num_batches_tracked" in expected
    torch.testing.assert_close(dict(averaging.judged.state_dict()), expected, rtol=1e-5, atol=1e-6)
    assert averaging.judged is averaging.copies[0] is not model
    assert not any(weight.requires_grad for weight in averaging.judged.parameters())
    assert all(weight.requires_grad for weight in model.parameters())


@pytest.mark.parametrize("name", ["ema", "lookahead"])
def test_weights_that_two_layers_share_are_averaged_once(name: AveragingName) -> None:
    def apart_or_tied(tied: bool) -> nn.Module:
        first, second = nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False)
        if tied:
            second.weight = first.weight
        with torch.no_grad():
            for layer in (first, second):
                layer.weight.copy_(torch.eye(3))
        return nn.Sequential(first, second)

    found = []
    for model in (apart_or_tied(True), apart_or_tied(False)):
        averaging = make_averaging(name, model, decay=0.9)
        for step in range(1, 8):
            with torch.no_grad():
                for layer in model.children():
                    layer.get_parameter("weight").copy_(torch.full((3, 3), float(step)))
            averaging.after(step)
        found.append(averaging.judged.state_dict())
    assert same(*found)


def test_lookahead_meets_every_fifth_step_half_way() -> None:
    model, plain = network(), network()
    averaging = make_averaging("lookahead", model, decay=0.0)
    slow = [weight.detach().clone() for weight in plain.parameters()]
    for step, _ in zip(wandering(model, 13), wandering(plain, 13), strict=True):
        averaging.after(step)
        if step in (5, 10):
            with torch.no_grad():
                slow = [(kept + weight) / 2 for kept, weight in zip(slow, plain.parameters(), strict=True)]
                for kept, weight in zip(slow, plain.parameters(), strict=True):
                    weight.copy_(kept)
    torch.testing.assert_close(list(model.parameters()), list(plain.parameters()), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(list(averaging.copies[0].parameters()), slow, rtol=1e-5, atol=1e-5)
    assert averaging.judged is model


def test_no_averaging_leaves_all_as_it_is() -> None:
    model = network()
    averaging = make_averaging("none", model, decay=0.9)
    before = copy.deepcopy(model.state_dict())
    averaging.after(5)
    assert averaging.judged is model
    assert averaging.copies == ()
    assert same(model.state_dict(), before)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 12), st.integers(2, 6), st.booleans(), st.floats(1e-4, 1e4), st.integers(0, 2**31))
def test_a_step_is_made_nearly_orthogonal(rows: int, ratio: int, tall: bool, size: float, seed: int) -> None:
    wide = size * torch.randn(rows, ratio * rows, generator=torch.Generator().manual_seed(seed))
    matrix = wide.T if tall else wide
    found = orthogonal(matrix)
    assert found.shape == matrix.shape
    values = torch.linalg.svdvals(found)
    assert values.min() > 0.5
    assert values.max() < 1.5
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    turned = left.T @ found @ right.T
    torch.testing.assert_close(turned, torch.diag(turned.diag()), atol=1e-3, rtol=0)


@pytest.mark.parametrize("shape", [(16, 27), (64, 576), (50, 9)])
def test_products_taken_first_give_what_the_iteration_gives(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    wide = matrix / matrix.norm()
    for _ in range(5):
        square = wide @ wide.T
        wide = 3.4445 * wide + (-4.7750 * square + 2.0315 * square @ square) @ wide
    torch.testing.assert_close(orthogonal(matrix), wide, atol=1e-3, rtol=0)


def test_a_step_of_zero_stays_zero() -> None:
    assert not orthogonal(torch.zeros(3, 5)).any()


def norm_per_filter(kernel: Tensor) -> float:
    return float(kernel.norm()) / math.sqrt(len(kernel))


def squares(model: nn.Module) -> Tensor:
    images = torch.randn(6, 2, 8, 8, generator=torch.Generator().manual_seed(2))
    loss: Tensor = model(images).square().mean()
    return loss


def descend(model: nn.Module, optimizer: torch.optim.Optimizer, loss: Callable[[nn.Module], Tensor] = squares) -> float:
    optimizer.zero_grad()
    found = loss(model)
    found.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return found.item()


def test_muon_holds_the_norm_of_kernels() -> None:
    model = network()
    kernel = model.get_parameter("0.weight")
    optimizer = make_image_optimizer("muon", model, learning_rate=0.1, momentum=0.9, weight_decay=0.0)
    with torch.no_grad():
        kernel.mul_(37)
    set_rate(optimizer, 0.0)
    before = kernel.detach().clone()
    descend(model, optimizer)
    assert norm_per_filter(kernel.detach()) == pytest.approx(1, rel=1e-6)
    assert nn.functional.cosine_similarity(kernel.flatten(), before.flatten(), dim=0).item() == pytest.approx(1)
    set_rate(optimizer, 1.0)
    for _ in range(30):
        descend(model, optimizer)
        assert norm_per_filter(kernel.detach()) == pytest.approx(1, abs=0.15)


def test_muon_moves_all_else_as_nesterov_does_at_half_the_rate() -> None:
    model, plain = (nn.Sequential(nn.Flatten(), nn.Linear(128, 4), nn.BatchNorm1d(4), nn.Linear(4, 3)) for _ in "ab")
    plain.load_state_dict(model.state_dict())
    muon = make_image_optimizer("muon", model, learning_rate=0.1, momentum=0.8, weight_decay=0.05)
    groups = [
        {"params": [one for one in plain.parameters() if one.ndim == 2], "weight_decay": 0.05},
        {"params": [one for one in plain.parameters() if one.ndim < 2], "weight_decay": 0.0},
    ]
    sgd = torch.optim.SGD(groups, lr=0.05, momentum=0.8, nesterov=True)
    for _ in range(4):
        assert descend(model, muon) == pytest.approx(descend(plain, sgd), rel=1e-5)
    torch.testing.assert_close(list(model.parameters()), list(plain.parameters()), rtol=1e-4, atol=1e-6)


def test_muon_takes_no_closure_and_skips_what_has_no_gradient() -> None:
    weight, idle = nn.Parameter(torch.ones(2, 1, 3, 3)), nn.Parameter(torch.ones(2, 1, 3, 3))
    optimizer = Muon([Group.of([weight, idle], weight_decay=0.0)], learning_rate=0.1, momentum=0.9)
    with pytest.raises(ValueError, match="this optimizer takes no closure"):
        optimizer.step(lambda: 0.0)
    weight.grad = torch.ones_like(weight)
    optimizer.step()
    assert torch.equal(idle, torch.ones_like(idle))
    assert not torch.equal(weight, torch.ones_like(weight))


@pytest.mark.parametrize("name", ["sgd", "adamw", "adam", "muon"])
def test_biases_and_scales_do_not_decay(name: str) -> None:
    model = network()
    frozen = model.get_parameter("0.bias").requires_grad_(False)
    optimizer = make_image_optimizer(name, model, learning_rate=0.1, momentum=0.9, weight_decay=0.5)  # type: ignore[arg-type]
    assert not any(frozen is one for group in optimizer.param_groups for one in group["params"])
    before = {key: weight.detach().clone() for key, weight in model.named_parameters()}
    for weight in model.parameters():
        weight.grad = torch.zeros_like(weight) if weight.requires_grad else None
    optimizer.step()
    moved = {key for key, weight in model.named_parameters() if not torch.equal(weight, before[key])}
    assert moved == {"0.weight", "3.weight"}


def test_a_rate_is_set_as_a_share_of_each_groups_own() -> None:
    optimizer = make_image_optimizer("muon", network(), learning_rate=0.4, momentum=0.9, weight_decay=0.0)
    for share in (0.5, 0.0, 1.0):
        set_rate(optimizer, share)
        assert [group["lr"] for group in optimizer.param_groups] == [0.4 * share, 0.2 * share, 0.2 * share]
