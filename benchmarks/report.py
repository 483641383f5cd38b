"""The results as Markdown, each ratio beside what issue and design ask for."""

from typing import Any

OURS, RECIPE = "this project, Adam", "this project, default recipe"
GEMM = "large GEMM through XLA"
PEERS = {"PyTorch eager": 2.2, "PyTorch torch.compile": 1.5, "Keras (TensorFlow) fit": 3.5}


def markdown(results: dict[str, Any]) -> str:
    """Write all tables.

    Args:
        results: what `benchmarks.__main__.measure_all` gives; subjects that are missing are left out.
    """
    machine = results["machine"]
    versions = ", ".join(f"{name} {found}" for name, found in machine["versions"].items() if found)
    parts = [
        f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}, {versions}; "
        f"medians of {results['repeats']} interleaved rounds.\n"
    ]
    for subject, title in (("training_one_core", "one core"), ("training_all_cores", "all cores")):
        if subject in results:
            parts.append(_training_table(results[subject], title))
    parts.append(_targets_table(results))
    if "profile" in results:
        parts.append(_profile_table(results["profile"]["stages of a step"]))
    if "distorting" in results:
        parts.append(_seconds_table("distorting 70,000 images", results["distorting"]["all conditions"]))
    for state, numbers in results.get("startup", {}).items():
        parts.append(_seconds_table(f"start-up of a training job, {state} compilation cache", numbers))
    if "study" in results:
        rows = [f"| {job} | {peak:.0f} |" for job, peak in results["study"]["peak_mb"].items()]
        parts.append("| job | peak memory, MB |\n|---|---:|\n" + "\n".join(rows) + "\n")
        went = results["study"]["processor_seconds"]
        rows = [
            f"| {what} | {seconds:.1f} | {seconds / went['together']:.0%} |" for what, seconds in went.items()
        ]
        parts.append(
            "| processor time of the study | seconds | share |\n|---|---:|---:|\n" + "\n".join(rows) + "\n"
        )
    return "\n".join(part for part in parts if part)


def _training_table(numbers: dict[str, Any], title: str) -> str:
    peak = numbers.get(GEMM, {}).get("gflop_per_s")
    rows = [
        f"| training, {title} | s per epoch | CPU s | images/s | GFLOP/s | of GEMM | spread |",
        "|---|" + "---:|" * 6,
    ]
    for label, row in numbers.items():
        if "failed" in row:
            rows.append(f"| {label} | {row['failed']} | | | | | |")
            continue
        share = f"{row['gflop_per_s'] / peak:.0%}" if peak else ""
        epoch = " | | "
        if "images_per_s" in row:
            epoch = f"{row['seconds']:.2f} | {row['cpu_seconds']:.2f} | {row['images_per_s']:,.0f}"
        rows.append(f"| {label} | {epoch} | {row['gflop_per_s']:.0f} | {share} | {row['spread']:.0%} |")
    return "\n".join(rows) + "\n"


def _targets_table(results: dict[str, Any]) -> str:
    """Every ratio that the project promises, with the promise."""
    rows: list[tuple[str, str, str, bool]] = []

    def add(what: str, found: float, target: float, unit: str, at_least: bool) -> None:
        held = found >= target if at_least else found <= target
        sign = "≥" if at_least else "≤"
        rows.append((what, f"{found:.2f}{unit}", f"{sign} {target:g}{unit}", held))

    training = results.get("training_one_core", {})
    ours = training.get(OURS, {})
    if "seconds" in ours and "seconds" in training.get(GEMM, {}):
        add(
            "training step, share of GEMM rate",
            ours["gflop_per_s"] / training[GEMM]["gflop_per_s"],
            0.75,
            "",
            True,
        )
    for peer, target in PEERS.items():
        if "seconds" in ours and "seconds" in training.get(peer, {}):
            add(f"training against {peer}", training[peer]["seconds"] / ours["seconds"], target, "×", True)
    scoring = results.get("scoring", {})
    if "pairs_per_s" in scoring.get("SSIM, scikit-image", {}):
        ratio = scoring["SSIM, this project"]["pairs_per_s"] / scoring["SSIM, scikit-image"]["pairs_per_s"]
        add("SSIM against scikit-image", ratio, 15, "×", True)
    if "distorting" in results:
        add(
            "all conditions, 70,000 images",
            results["distorting"]["all conditions"]["seconds"],
            15,
            " s",
            False,
        )
    if "startup" in results:
        add("start-up of a training job, cold", results["startup"]["cold"]["seconds"], 2.5, " s", False)
        add("start-up of a training job, warm", results["startup"]["warm"]["seconds"], 1.5, " s", False)
    if "study" in results:
        study = results["study"]
        if study["study"] == "config.yaml":
            add("processor time ÷ that of training epochs", study["processor_ratio"], 2.5, "", False)
            add("jobs", study["jobs"], 100, "", False)
        else:
            add(f"{study['study']}: wall ÷ (training ÷ cores)", study["overhead"], 1.2, "", False)
        add("wall ÷ (processor time ÷ cores)", study["waiting"], 1.15, "", False)
        idle = study["nothing_to_do"]
        add("nothing to do ÷ as many jobs of a plain rule", idle["ratio"], 1.15, "", False)
        add("nothing to do ÷ as many jobs and files of a plain rule", idle["files_ratio"], 1.15, "", False)
        add(
            f"{study['study']}: peak memory of any job",
            max(study["peak_mb"].values()) / 1000,
            1,
            " GB",
            False,
        )
    if not rows:
        return ""
    lines = ["| what | found | asked for | |", "|---|---:|---:|---|"]
    lines += [
        f"| {what} | {found} | {target} | {'✓' if held else '✗'} |" for what, found, target, held in rows
    ]
    return "\n".join(lines) + "\n"


def _profile_table(row: dict[str, float]) -> str:
    """What each stage adds to the one before; Adam and Muon both stand on the gradients."""
    seconds = {
        name.removesuffix("_seconds"): value for name, value in row.items() if name.endswith("_seconds")
    }
    seconds.pop("cpu", None)
    before = {"batches": 0.0, "loss": seconds["batches"], "gradients": seconds["loss"]}
    before |= {"adam": seconds["gradients"], "muon": seconds["gradients"]}
    lines = ["| stage of a training step | adds, ms per epoch | with all before it |", "|---|---:|---:|"]
    for name, value in seconds.items():
        lines.append(f"| {name} | {1000 * (value - before[name]):.0f} | {1000 * value:.0f} |")
    return "\n".join(lines) + "\n"


def _seconds_table(title: str, row: dict[str, float]) -> str:
    lines = [f"| {title} | seconds |", "|---|---:|"]
    for name, value in row.items():
        if name.endswith("_seconds") and name != "cpu_seconds":
            lines.append(f"| {name.removesuffix('_seconds').replace('_', ' ')} | {value:.2f} |")
    return "\n".join([*lines, f"| together | {row['seconds']:.2f} |"]) + "\n"
