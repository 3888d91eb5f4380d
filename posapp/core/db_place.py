"""Where a SQLite file lies: its locks and its journal need a local disk."""

from __future__ import annotations

from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    {"9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "gfs2", "glusterfs", "lustre", "nfs", "nfs4", "smb3"}
)
MOUNTS = Path("/proc/mounts")


def sqlite_path(url: str) -> Path | None:
    """The file behind a SQLite address; None for other databases and for a database in memory."""
    from sqlalchemy import make_url  # slow to import, and settings are read by what needs no database

    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        return None
    return Path(address.database)


def refuse_network_folder(file: Path, mounts: Path = MOUNTS) -> None:
    """Raises ValueError when ``file`` would lie on a network file system, where SQLite cannot promise its commits."""
    if not mounts.exists():
        return
    kind = _file_system_of(file.resolve(), mounts.read_text(encoding="utf-8"))
    if kind in NETWORK_FILE_SYSTEMS:
        raise ValueError(f"POSAPP_DATA_DIR: {kind} is a network file system; keep SQLite on a local disk")


def _file_system_of(file: Path, table: str) -> str:
    best, kind = -1, ""
    for line in table.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        mount = Path(fields[1].replace("\\040", " "))
        if file.is_relative_to(mount) and len(mount.parts) > best:
            best, kind = len(mount.parts), fields[2]
    return kind
