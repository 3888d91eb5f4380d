"""The file of the key ring on disk: written once, whole or not at all, read by its owner alone."""

import os
from pathlib import Path

from posapp.core import private_file
from posapp.core.private_file import PrivateFileRefused

NOUN = "key ring"
_OWNER_READS = 0o400


class KeyRingRefused(Exception):
    """The key ring cannot be used as it is; the text says what is wrong and what to do. It never holds a key."""


def write_once(path: Path, content: bytes) -> None:
    """Make the file with mode 0400 and force it to disk, name and all. An existing file is never touched."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(path, flags, _OWNER_READS)
    except FileExistsError:
        raise KeyRingRefused(
            f"There is a file at {path} already. Keys are never overwritten: move it away first."
        ) from None
    except OSError as problem:
        raise KeyRingRefused(f"The key ring cannot be written to {path}: {problem.strerror}.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), _OWNER_READS)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _force_name_to_disk(path.parent)
    except OSError as problem:
        path.unlink(missing_ok=True)
        raise KeyRingRefused(f"The key ring cannot be written to {path}: {problem.strerror}.") from None


def read_private(path: Path) -> bytes:
    """The content, provided that it is an ordinary file which nobody but its owner may touch."""
    try:
        return private_file.read(path, NOUN)
    except FileNotFoundError:
        raise KeyRingRefused(
            f"There is no key ring at {path}. Make one with `flask keys make`, or correct the path."
        ) from None
    except PrivateFileRefused as problem:
        raise KeyRingRefused(str(problem)) from None


def refuse_inside_repository(path: Path) -> None:
    """Keys beside the code are one careless commit, image or archive away from the public."""
    try:
        private_file.refuse_inside_repository(path, NOUN)
    except PrivateFileRefused as problem:
        raise KeyRingRefused(str(problem)) from None


def _force_name_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
