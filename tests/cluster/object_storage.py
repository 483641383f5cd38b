"""A local S3 server for tests, and what lies in it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import requests


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
    """Run a server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Amazon's configuration of the person who runs the tests shall have no influence.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    storage = ObjectStorage(f"http://127.0.0.1:{port}")
    try:
        end = time.monotonic() + 120
        while True:
            with contextlib.suppress(requests.ConnectionError):
                requests.get(storage.url, timeout=10)
                break
            assert process.poll() is None, "the S3 server ended"
            assert time.monotonic() < end, "the S3 server does not answer"
            time.sleep(0.2)
        yield storage
    finally:
        process.terminate()
        process.wait(timeout=30)
