"""The same epoch in PyTorch, eager and compiled."""

from collections.abc import Callable
from itertools import pairwise

from benchmarks.workload import (
    BATCH_SIZE,
    LEARNING_RATE,
    TRAINING_IMAGES,
    WIDTHS,
    read_digits,
    steps_per_epoch,
    timed,
    training_numbers,
)


def _prepare(digits_path: str, threads: int, compiled: bool) -> Callable[[], dict[str, float]]:
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    layers = []
    for place, (inputs, outputs) in enumerate(pairwise(WIDTHS)):
        layers += [torch.nn.Linear(inputs, outputs)]
        if place not in (2, 5):  # the code and the logits are linear
            layers += [torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers)
    loss = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    images = torch.from_numpy(read_digits(digits_path, TRAINING_IMAGES).reshape(-1, WIDTHS[0]).copy())

    def loss_of(batch: torch.Tensor) -> torch.Tensor:
        values = batch.float() / 255
        return loss(network(values), values)

    step = optimizer.step
    if compiled:
        loss_of, step = torch.compile(loss_of), torch.compile(optimizer.step)

    def epoch() -> None:
        order = torch.randperm(TRAINING_IMAGES)
        for number in range(steps_per_epoch()):
            batch = images[order[number * BATCH_SIZE : (number + 1) * BATCH_SIZE]]
            optimizer.zero_grad()
            loss_of(batch).backward()
            step()

    return lambda: training_numbers(timed(epoch))


def prepare_eager(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Train as most people write it."""
    return _prepare(digits_path, threads, compiled=False)


def prepare_compiled(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Train with `torch.compile` around the loss and around the optimizer's step."""
    return _prepare(digits_path, threads, compiled=True)
