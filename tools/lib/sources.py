"""Which files are Kvasir's own C++ code. Shared by the rule checks; standard library only."""

import os

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOTS = ("src", "protocol", "persistence", "tests", "tools", "redis-compat")


def list_sources(suffixes=(".cc", ".h")):
    """Paths relative to the top directory, sorted. Walks instead of asking git, so that it also
    works in an unpacked archive and in a checkout that belongs to somebody else."""
    found = []
    for root in ROOTS:
        for directory, subdirectories, names in os.walk(os.path.join(TOP, root)):
            subdirectories[:] = [d for d in subdirectories if not d.startswith((".", "node_modules"))]
            for name in names:
                if name.endswith(suffixes):
                    found.append(os.path.relpath(os.path.join(directory, name), TOP))
    return sorted(found)


def read_source(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()
