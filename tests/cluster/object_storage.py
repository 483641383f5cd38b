"""A local S3 server for tests, and what lies in it."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3


@dataclass(frozen=True)
class ObjectStorage:
    """An S3 server on this machine; it forgets everything when it ends."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which Snakemake's S3 plugin finds the server, also in the jobs of a cluster."""
        names = {"ENDPOINT_URL": self.url, "ACCESS_KEY": "test", "SECRET_KEY": "test"}
        return {f"SNAKEMAKE_STORAGE_S3_{name}": value for name, value in names.items()}

    def files(self, bucket: str, folder: str) -> dict[str, bytes]:
        """Read everything below a folder: path in it -> content."""
        client = boto3.client(
            "s3", endpoint_url=self.url, region_name="us-east-1",
            aws_access_key_id="test", aws_secret_access_key="test",
        )  # fmt: skip
        keys = [
            item["Key"]
            for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)
            for item in page.get("Contents", ())
        ]
        return {
            key.removeprefix(f"{folder}/"): client.get_object(Bucket=bucket, Key=key)["Body"].read()
            for key in keys
        }


@contextlib.contextmanager
def object_storage() -> Iterator[ObjectStorage]:
    """Run a server on a port that it chooses itself: one that was free a moment ago may be taken."""
    # Amazon's configuration of the person who runs the tests shall have no influence.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
                env=environment, stdout=output, stderr=output,
            )  # fmt: skip
        try:
            yield ObjectStorage(_address_in(log, process))
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address_in(log: Path, process: subprocess.Popen) -> str:
    """Wait until the server says where it listens, which it does from then on."""
    end = time.monotonic() + 120
    while not (found := re.search(r"Running on (http://127\.0\.0\.1:\d+)\n", log.read_text())):
        assert process.poll() is None, f"the S3 server ended:\n{log.read_text()}"
        assert time.monotonic() < end, "the S3 server does not answer"
        time.sleep(0.2)
    return found[1]
