"""Files that a sudden death leaves either as they were or as they shall be."""
import ctypes
import json
import os
import shutil
import time


class Corrupt(Exception):
    """A file of the state directory does not hold what it should."""

    def __init__(self, path, why):
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def sync_directory(path):
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(path):
    """All that was written to the file system of `path`, because it holds thousands of files."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), f"{path}: syncfs() failed")
    finally:
        os.close(descriptor)


def write(path, data):
    """Writes aside, then renames."""
    if isinstance(data, str):
        data = data.encode()
    aside = f"{path}.new"
    with open(aside, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.rename(aside, path)
    sync_directory(os.path.dirname(path))


def write_json(path, value):
    write(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def read_json(path, schema):
    """The object in the file, whose "schema" must be as given."""
    try:
        with open(path, "rb") as file:
            value = json.loads(file.read())
    except ValueError as error:
        raise Corrupt(path, f"is no JSON: {error}") from error
    if not isinstance(value, dict) or value.get("schema") != schema:
        raise Corrupt(path, f'does not have "schema": "{schema}"')
    return value


def set_aside(path, shelf):
    """Moves what cannot be read where nothing overwrites it; returns the new path."""
    os.makedirs(shelf, exist_ok=True)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    name = f"{os.path.basename(os.path.dirname(path))}-{os.path.basename(path)}.{stamp}"
    target = os.path.join(shelf, name)
    number = 1
    while os.path.lexists(target):
        number += 1
        target = os.path.join(shelf, f"{name}.{number}")
    os.rename(path, target)
    sync_directory(shelf)
    return target


# A directory is replaced in three steps: NEW is complete, then CURRENT is moved to OLD, then NEW to
# CURRENT. recover_directory() knows by what exists where a death struck.


def replace_directory(current):
    """CURRENT.new, which is complete, takes the place of CURRENT."""
    sync_tree(f"{current}.new")
    os.rename(current, f"{current}.old")
    os.rename(f"{current}.new", current)
    sync_directory(os.path.dirname(current))
    shutil.rmtree(f"{current}.old")


def recover_directory(current):
    if os.path.isdir(f"{current}.old"):
        if os.path.isdir(current):
            shutil.rmtree(f"{current}.old")
        else:
            os.rename(f"{current}.new", current)
            shutil.rmtree(f"{current}.old")
    shutil.rmtree(f"{current}.new", ignore_errors=True)
