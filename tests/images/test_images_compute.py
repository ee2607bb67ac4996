"""Where and how exactly image networks compute: device, precision, threads, memory, and the classifier's way."""

import os
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from image_training import IMAGES, NORMALISATION, VALIDATION, banded, configuration, fit, same
from tunewright.core.errors import ConfigError
from tunewright.core.threads import threads
from tunewright.images.families.cnn import CNNSpec
from tunewright.images.training import classifier as classifier_module
from tunewright.images.training.classifier import Classifier
from tunewright.images.training.compute import Compute, DeviceName, find_device, find_precision
from tunewright.images.training.training import ImageTraining
from tunewright.trials.allocation import memory_kept


@pytest.fixture(scope="module")
def trained() -> Classifier:
    return fit(configuration(ImageTraining(epochs=1, batch_size=16))).classifier


@pytest.mark.parametrize(
    ("asked", "there", "expected"),
    [
        ("auto", True, "cuda"),
        ("auto", False, "cpu"),
        ("cpu", True, "cpu"),
        ("cpu", False, "cpu"),
        ("cuda", True, "cuda"),
    ],
)
def test_the_device_is_a_gpu_where_there_is_one(
    asked: str, there: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert find_device(asked) == expected


def test_a_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError) as refused:
        find_device("cuda")
    assert str(refused.value) == (
        'compute.device = "cuda", but PyTorch finds no such GPU here; set compute.device = "cpu" or "auto"'
    )


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_the_precision_is_bfloat16_where_the_hardware_has_it(
    device: DeviceName, native: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: native or including_emulation)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": native})
    assert find_precision("auto", device) == ("bfloat16" if native else "float32")
    assert find_precision("float32", device) == "float32"
    assert find_precision("bfloat16", device) == "bfloat16"


def test_a_processor_that_tells_nothing_computes_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    assert find_precision("auto", "cpu") == "float32"


def test_bfloat16_comes_near_float32() -> None:
    chosen = configuration(ImageTraining(epochs=1, batch_size=24, learning_rate=0.01), spec=CNNSpec((8, 8), (0, 1)))
    single, half = (fit(chosen, compute=Compute(precision=name)) for name in ("float32", "bfloat16"))
    assert half.train_loss[0] == pytest.approx(single.train_loss[0], rel=0.03)
    assert half.train_loss[0] != single.train_loss[0]
    assert all(weight.dtype == torch.float32 for weight in half.classifier.model.parameters())
    found = half.classifier.judge(VALIDATION, Compute(precision="bfloat16"))
    assert found.dtype == np.float32
    assert np.abs(found - half.classifier.judge(VALIDATION, Compute())).max() < 0.05


def test_probabilities_are_those_of_the_scores(trained: Classifier) -> None:
    images = banded(20, 5)[0]
    found = trained.probabilities(images, Compute())
    with torch.no_grad():
        scores = trained.model(NORMALISATION.apply(torch.from_numpy(images)))
    np.testing.assert_allclose(found, scores.softmax(dim=1).numpy(), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)
    assert found.dtype == np.float32


def test_a_mirroring_classifier_gives_the_mean_of_both(trained: Classifier) -> None:
    images = banded(20, 5)[0]
    both = replace(trained, mirror=True).probabilities(images, Compute())
    plain, turned = (trained.probabilities(one, Compute()) for one in (images, images[..., ::-1]))
    assert np.abs(plain - turned).max() > 1e-4
    np.testing.assert_allclose(both, (plain + turned) / 2, rtol=1e-5, atol=1e-7)


def test_images_are_judged_in_parts(trained: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = trained.judge(VALIDATION, Compute())
    monkeypatch.setattr(classifier_module, "BATCH", 7)
    np.testing.assert_allclose(trained.judge(VALIDATION, Compute()), whole, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("training", [True, False])
def test_a_classifier_leaves_its_network_as_it_was(training: bool) -> None:
    model = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(128), nn.Dropout(0.5), nn.Linear(128, 3)).train(training)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    classifier = Classifier(model, NORMALISATION)
    one, other = (classifier.probabilities(IMAGES, Compute()) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert same(model.state_dict(), before)
    assert all(module.training is training for module in model.modules())


def test_threads_are_set_for_a_while(trained: Classifier) -> None:
    before = torch.get_num_threads()
    with suppress(KeyError), threads(before + 1):
        assert torch.get_num_threads() == before + 1
        raise KeyError
    assert torch.get_num_threads() == before
    with threads(1):
        trained.probabilities(IMAGES, Compute(threads=2))
        assert torch.get_num_threads() == 1


@pytest.mark.parametrize("users", [None, "glibc.malloc.arena_max=1"])
def test_memory_is_kept_by_processes_started_inside_and_the_users_word_comes_last(
    users: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "GLIBC_TUNABLES"
    if users is None:
        monkeypatch.delenv(name, raising=False)
    else:
        monkeypatch.setenv(name, users)
    with suppress(KeyError), memory_kept():
        inside = os.environ[name].split(":")
        raise KeyError
    assert "glibc.malloc.hugetlb=1" in inside
    assert "glibc.malloc.mmap_threshold=33554432" in inside
    assert users is None or inside[-1] == users
    assert os.environ.get(name) == users
