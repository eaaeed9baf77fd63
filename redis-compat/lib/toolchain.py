"""What a program needs to run: Debian packages, libraries from npm, a compiler."""

import filecmp
import functools
import glob
import os
import shutil
import subprocess

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOP = os.path.dirname(FOLDER)
BUILD = os.path.join(TOP, ".build", "redis-compat")
# Packages that would start a service of their own beside the one that a program starts.
SERVICES = ("webdis", "prometheus-redis-exporter", "redis-server")


class Missing(Exception):
    """Why a program cannot run here."""


def succeeds(*command, **options):
    return subprocess.run(command, capture_output=True, check=False, **options).returncode == 0


@functools.cache
def ensure_package(package):
    # Node.js is taken from wherever it came.
    command = {"nodejs": "node", "npm": "npm"}.get(package)
    if command and shutil.which(command):
        return
    masks = package in SERVICES and os.path.isdir("/run/systemd/system")
    if masks and not os.path.exists(f"/lib/systemd/system/{package}.service"):
        succeeds("systemctl", "mask", "--runtime", package)
    script = 'source tools/lib/packages.sh && ensure_packages "$1"'
    if not succeeds("bash", "-c", script, "bash", package, cwd=TOP):
        raise Missing(f"{package} cannot be installed")


def ensure_terminals():
    """Bare containers and changed roots may be without /dev/pts."""
    try:
        ends = os.openpty()
    except OSError as error:
        raise Missing(f"it needs a terminal: {error}") from error
    for end in ends:
        os.close(end)


@functools.cache
def ensure_modules():
    """The libraries of package.json, with the programs beside them."""
    if not succeeds("node", "-e", "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)"):
        raise Missing("it needs Node.js 20 or later")
    os.makedirs(BUILD, exist_ok=True)
    for path in glob.glob(os.path.join(FOLDER, "*", "*.mjs")):
        shutil.copy(path, BUILD)
    wanted, had = os.path.join(FOLDER, "lib", "package.json"), os.path.join(BUILD, "package.json")
    modules = os.path.join(BUILD, "node_modules")
    if os.path.isdir(modules) and os.path.exists(had) and filecmp.cmp(wanted, had, shallow=False):
        return
    shutil.rmtree(modules, ignore_errors=True)
    shutil.copy(wanted, had)
    if not succeeds("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", cwd=BUILD):
        shutil.rmtree(modules, ignore_errors=True)
        raise Missing("npm does not install its libraries")


def compile_program(path, command, **options):
    """Compiles when a source is newer than what was made of it, and gives the path of that."""
    made = os.path.join(BUILD, os.path.splitext(os.path.basename(path))[0])
    os.makedirs(BUILD, exist_ok=True)
    sources = [path, *glob.glob(os.path.join(FOLDER, "lib", "checks.*"))]
    if not os.path.exists(made) or os.path.getmtime(made) < max(map(os.path.getmtime, sources)):
        done = subprocess.run(
            [*command, "-o", made, path], capture_output=True, text=True, check=False, cwd=TOP, **options
        )
        if done.returncode != 0:
            raise Missing(f"it does not compile: {done.stderr.strip()[:500]}")
    return made


def compile_cpp(path):
    flags = subprocess.run(
        ["pkg-config", "--cflags", "hiredis", "libuv"], capture_output=True, text=True, check=False
    ).stdout.split()
    # Libraries stand before the source, so the linker must not drop them.
    libraries = ["-Wl,--no-as-needed", "-lhiredis", "-luv", "-pthread"]
    return compile_program(path, ["g++", "-std=c++20", "-O1", "-I.", *flags, *libraries])


def compile_go(path):
    helper = os.path.join(FOLDER, "lib", "checks.go")
    made = os.path.join(BUILD, os.path.splitext(os.path.basename(path))[0])
    os.makedirs(BUILD, exist_ok=True)
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
    environment.setdefault("GOCACHE", os.path.join(BUILD, "go-cache"))
    # Go looks by itself whether anything has to be compiled, and wants all files in one folder.
    folder = os.path.join(BUILD, "go")
    os.makedirs(folder, exist_ok=True)
    sources = [shutil.copy2(each, folder) for each in (helper, path)]
    command = ["go", "build", "-o", made, *sources]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise Missing(f"it does not compile: {done.stderr.strip()[:500]}")
    return made


def command_for(program):
    """The words that start the program, all that it needs being there."""
    if program.variable and program.variable not in os.environ:
        raise Missing(f"{program.variable} is not set")
    if program.terminal:
        ensure_terminals()
    for package in program.packages:
        ensure_package(package)
    path = os.path.join(FOLDER, program.path)
    lib = os.path.join(FOLDER, "lib")
    suffix = os.path.splitext(path)[1]
    if suffix == ".mjs":
        ensure_modules()
        return ["node", os.path.join(BUILD, os.path.basename(path))]
    if suffix in (".cc", ".go"):
        return [(compile_cpp if suffix == ".cc" else compile_go)(path)]
    interpreters = {
        ".py": ["/usr/bin/python3"],
        ".rb": ["/usr/bin/ruby", "-I", lib],
        ".php": ["/usr/bin/php", "-d", f"include_path={lib}:/usr/share/php", "-d", "memory_limit=1G"],
        ".pl": ["/usr/bin/perl", "-I", lib],
        ".lua": ["/usr/bin/lua5.1"],
    }
    return [*interpreters.get(suffix, []), path]


def environment():
    """What programs find: the helpers of their language."""
    lib = os.path.join(FOLDER, "lib")
    lua = f"{lib}/?.lua;;"
    return {**os.environ, "PYTHONPATH": lib, "PYTHONDONTWRITEBYTECODE": "1", "LUA_PATH": lua}
