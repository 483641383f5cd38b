"""Starting JAX for one job."""

import os
import subprocess
import sys
import threading

from aestudy.devices import jax_start
from support.machine import only_where_cores_can_be_chosen

pytestmark = only_where_cores_can_be_chosen


def test_a_thread_that_ends_meanwhile_is_no_mistake(monkeypatch):
    """JAX's start-up has threads that end while they are being set free."""
    ended = threading.Thread(target=lambda: None)
    ended.start()
    ended.join()
    running = os.listdir("/proc/self/task")  # noqa: PTH208 - names, not paths
    monkeypatch.setattr(os, "listdir", lambda folder: [str(ended.native_id), *running])
    cores = os.sched_getaffinity(0)
    jax_start._set_free(cores)
    assert all(os.sched_getaffinity(int(task)) == cores for task in running)


def test_a_job_is_free_to_move_after_its_start():
    script = (
        "import os; cores = os.sched_getaffinity(0); from aestudy.devices.jax_start import start_jax; "
        "assert start_jax(1) == 'cpu (1 thread)'; "
        "assert os.sched_getaffinity(0) == cores"
    )
    environment = os.environ | {"JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
