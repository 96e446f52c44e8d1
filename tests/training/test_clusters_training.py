"""Ray: the losses of one process and of torchrun, lost workers and nodes, searches."""

import csv
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lesion_viewer.errors import TrainingError
from training.cluster.connecting import connected, shares
from training.cluster.fitting import Job, fit_on_ray
from training.cluster.searching import Place, search_learning_rate_on_ray
from training.fitting.loop import fit
from training.progress import Bars
from training.recipe.recipe import parse_recipe
from training.search.trials import search_learning_rate

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300.0
STEPS = 80


# A node that is gone refuses at once, and is given up after five checks: Ray's own wait is 3 s.
OFTEN_CHECKED = {"health_check_period_ms": 1000}


class Cluster:
    """A head without CPUs, and nodes of two CPUs that can be lost."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster as Raylets

        head = {"num_cpus": 0, "_system_config": OFTEN_CHECKED}
        self._raylets = Raylets(initialize_head=True, head_node_args=head)
        self.address = self._raylets.address
        self._node: Any = None
        self.add_node()

    def add_node(self) -> Any:
        self._node, old = self._raylets.add_node(num_cpus=2), self._node
        return old

    def lose(self, node: Any) -> None:
        self._raylets.remove_node(node, allow_graceful=False)

    def workers(self) -> list[int]:
        """Processes of the newest node that train."""
        raylet = self._node.all_processes["raylet"][0].process.pid
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(raylet)], capture_output=True, text=True
        )
        lines = [line.split(maxsplit=1) for line in listed.stdout.splitlines()]
        return [int(pid) for pid, name in lines if "TrainWorker" in name]

    def end(self) -> None:
        self._raylets.shutdown()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "OMP_NUM_THREADS")}
    os.environ.update(PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1")
    cluster = Cluster()
    yield cluster
    cluster.end()
    for name, value in before.items():
        os.environ.pop(name)
        if value is not None:
            os.environ[name] = value


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slices")


def silent(what: str, done: int, total: int, loss: float) -> None:
    """Progress that nobody sees."""


def rows(run: Path) -> list[dict[str, str]]:
    if not (run / "log.csv").is_file():
        return []
    with (run / "log.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.slow
def test_ray_gives_the_losses_of_one_process_and_of_torchrun_whatever_dies(
    one_box_text: str, cache: Path, tmp_path: Path, cluster: Cluster
) -> None:
    """One worker is killed in the middle of the run, and then the node with both."""
    text = one_box_text.replace("steps = 6", f"steps = {STEPS}").replace("every = 3", "every = 10")
    recipe, one, two, lost = (tmp_path / name for name in ("recipe.toml", "one", "two", "lost"))
    recipe.write_text(text)
    fit(text, one, cache=cache, device="cpu")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command = [*launcher, "--nproc-per-node=2", "-m", "training", "fit", str(recipe)]
    done = subprocess.run(
        [*command, "--output", str(two), "--cache", str(cache), "--device", "cpu"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr

    with ThreadPoolExecutor(1) as pool:
        job = Job(text, lost, cache, "cpu")
        run = pool.submit(fit_on_ray, job, cluster.address, 2, False, silent)
        wait_until(lambda: len(rows(lost)) > 15 or run.done())
        os.kill(cluster.workers()[1], signal.SIGKILL)
        assert 15 < len(rows(lost)) < STEPS / 2
        begun_with = len(rows(lost))
        wait_until(lambda: len(rows(lost)) > begun_with + 15 or run.done())
        old = cluster.add_node()
        cluster.lose(old)
        assert len(rows(lost)) < STEPS, "the run ended before its node was lost"
        assert run.result(PATIENCE_S) == lost / "checkpoint"

    assert (lost / "log.csv").read_text() == (two / "log.csv").read_text()
    weights = "checkpoint/weights.safetensors"
    assert (lost / weights).read_bytes() == (two / weights).read_bytes()
    of_one, of_two = rows(one), rows(two)
    assert [r["step"] + r["part"] for r in of_one] == [r["step"] + r["part"] for r in of_two]
    losses = [float(r["loss_box"]) for r in of_one]
    assert [float(r["loss_box"]) for r in of_two] == pytest.approx(losses, rel=1e-3, abs=1e-6)
    assert not (lost / "ray").exists()


@pytest.mark.slow
def test_trials_on_ray_end_early_where_they_are_far_behind_and_else_as_without_it(
    one_box_text: str,
    cache: Path,
    tmp_path: Path,
    cluster: Cluster,
    capfd: pytest.CaptureFixture[str],
) -> None:
    recipe, rates, epochs = parse_recipe(one_box_text), [1e-3, 1e-9], 5
    alone = search_learning_rate(recipe, rates, epochs, cache, "cpu", silent)
    said: list[str] = []

    place = Place(cluster.address, 1, tmp_path, cache, "cpu")
    with Bars() as bars:
        found = search_learning_rate_on_ray(recipe, rates, epochs, place, bars, said.append)

    assert capfd.readouterr().out == ""
    assert (found.title, found.columns, found.plotted) == (
        alone.title,
        alone.columns,
        alone.plotted,
    )
    assert found.rows[0] == alone.rows[0]
    assert found.rows[1][0] == 1e-9 and all(loss != loss for loss in found.rows[1][1:])
    assert said == ["learning rate 1e-09: ended after 1 of 5 epochs"]


@pytest.mark.slow
def test_an_error_that_would_come_again_ends_a_run_on_ray_with_its_line(
    one_box_text: str, cache: Path, tmp_path: Path, cluster: Cluster
) -> None:
    text = one_box_text.replace("learning_rate = 0.001", "learning_rate = 1e30")
    job = Job(text, tmp_path / "run", cache, "cpu")

    with pytest.raises(TrainingError, match="too large for float16|not finite"):
        fit_on_ray(job, cluster.address, 1, False, silent)
    with pytest.raises(TrainingError, match="holds a run"):
        fit_on_ray(job, cluster.address, 1, False, silent)


def test_a_cluster_that_does_not_answer_is_named_in_one_line() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(TrainingError, match=f"Ray at {address} does not answer: "):
            with connected(address):
                pass


def test_a_cluster_that_is_too_small_is_named_in_one_line() -> None:
    assert shares({"CPU": 4.0, "GPU": 2.0}, "auto", None) == (2, True)
    assert shares({"CPU": 4.0, "GPU": 2.0}, "cpu", 3) == (3, False)
    with pytest.raises(TrainingError, match="the cluster has 1 CPUs, not 2"):
        shares({"CPU": 1.0}, "auto", 2)
    with pytest.raises(TrainingError, match="the cluster has 0 GPUs, not one"):
        shares({"CPU": 1.0}, "cuda", None)
