"""One contender: bind to cores, get ready, then do a round for every line on standard input.

Not for people; `benchmarks.contenders` starts it.
"""

import importlib
import json
import os
import sys
import time


def main() -> None:
    """Answer with one JSON line when ready and after each round."""
    module, variant, digits, cores = sys.argv[1:]
    # Whatever the contender prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    allowed = [int(core) for core in cores.split(",")]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, allowed)
    prepare = getattr(importlib.import_module(f"benchmarks.{module}"), f"prepare_{variant}")
    one_round = prepare(digits, len(allowed))
    one_round()
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for _ in sys.stdin:
        started = time.process_time()
        numbers = one_round()
        # On a machine that others use, too, processor time says more than the clock.
        numbers["cpu_seconds"] = time.process_time() - started
        print(json.dumps(numbers), file=answers, flush=True)


if __name__ == "__main__":
    main()
