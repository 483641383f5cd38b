"""Versions of libraries that count in the digests of code: the lock's, and what is installed instead."""

from aestudy_run.code_digests import CodeDigests
from aestudy_run.code_digests.versions import installed_versions, read_versions

LOCK = (
    "numpy==2.1.0 \\\n    --hash=sha256:0\nml-dtypes==0.5.1\n"
    "jax==0.9.0 ; python_version < '3.12'\njax==0.10.0\n"
)


def install(folder, *entries):
    folder.mkdir(exist_ok=True)
    for entry in entries:
        (folder / f"{entry}.dist-info").mkdir()
    return str(folder)


def lock(tmp_path):
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


def test_what_the_lock_names_gives_the_same_text_everywhere(tmp_path):
    plain = read_versions(lock(tmp_path), [])
    assert plain == {
        "numpy": "numpy==2.1.0",
        "ml-dtypes": "ml-dtypes==0.5.1",
        "jax": "jax==0.9.0==0.10.0",
    }
    for jax in ("jax-0.9.0", "jax-0.10.0"):
        place = install(tmp_path / jax, "numpy-2.1.0", "ml_dtypes-0.5.1", jax, "other-1")
        assert read_versions(lock(tmp_path), [place]) == plain


def test_another_version_counts(tmp_path):
    place = install(tmp_path / "site", "numpy-2.2.0", "ml_dtypes-0.6.0")
    found = read_versions(lock(tmp_path), [place])
    assert found["numpy"] == "numpy==2.1.0 (installed: 2.2.0)"
    assert found["ml-dtypes"] == "ml-dtypes==0.5.1 (installed: 0.6.0)"
    assert "installed" not in found["jax"]


def test_the_first_place_is_what_is_imported(tmp_path):
    places = [install(tmp_path / "user", "numpy-2.2.0"), install(tmp_path / "site", "numpy-2.1.0")]
    assert installed_versions([*places, "/nowhere"]) == {"numpy": "2.2.0"}


def test_the_digest_of_a_script_knows_its_libraries_as_they_are_installed(tmp_path, monkeypatch):
    """Also when the digests of the last run are remembered."""
    for name, text in (
        ("aestudy/__init__.py", ""),
        ("scripts/count.py", "import numpy\ncount = numpy.sum\n"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    def digest(*entries):
        place = install(tmp_path / "-".join(["site", *entries]), *entries)
        monkeypatch.setattr("sys.path", [place])
        lock_file, memory = lock(tmp_path), tmp_path / "memory"
        return CodeDigests([tmp_path / "aestudy"], tmp_path / "scripts", lock_file, memory).script("count")

    plain = digest("numpy-2.1.0")
    assert digest("numpy-2.2.0") != plain
    assert digest("numpy-2.1.0", "jax-0.8.0") == plain  # not a library of this script
