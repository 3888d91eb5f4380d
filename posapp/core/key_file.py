"""The file of the key ring on disk: written once, whole or not at all, read by its owner alone."""

import os
import stat
from pathlib import Path

FILE_SIZE_MAX_BYTES = 64 * 1024
_OWNER_READS = 0o400
_APPLICATION_FOLDER = Path(__file__).resolve().parents[2]


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
        # Without O_NONBLOCK a pipe in the place of the file would make the start wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeyRingRefused(
            f"There is no key ring at {path}. Make one with `flask keys make`, or correct the path."
        ) from None
    except OSError as problem:
        raise KeyRingRefused(f"The key ring at {path} cannot be opened: {problem.strerror}.") from None
    try:
        _check(os.fstat(handle), path)
        return os.read(handle, FILE_SIZE_MAX_BYTES)
    finally:
        os.close(handle)


def refuse_inside_repository(path: Path) -> None:
    """Keys beside the code are one careless commit, image or archive away from the public."""
    place = path.resolve()
    for folder in place.parents:
        if folder == _APPLICATION_FOLDER or (folder / ".git").exists():
            raise KeyRingRefused(
                f"The key ring {place} lies inside the repository {folder}. Keep it outside, e.g. in /etc."
            )


def _check(status: os.stat_result, path: Path) -> None:
    mode = stat.S_IMODE(status.st_mode)
    if not stat.S_ISREG(status.st_mode):
        raise KeyRingRefused(f"The key ring at {path} is not an ordinary file.")
    if mode & 0o077:
        raise KeyRingRefused(f"Others may touch the key ring (mode {mode:04o}). Run: chmod 0400 {path}")
    if status.st_size > FILE_SIZE_MAX_BYTES:
        raise KeyRingRefused(f"The file at {path} is too large to be a key ring.")


def _force_name_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
