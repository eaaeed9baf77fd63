# The Debian packages that Kvasir needs, and how to get the missing ones. Sourced by the entry
# scripts. None of these packages starts a service: the tests bring their own server.

packages_build=(
  g++ cmake ninja-build pkg-config
  libuv1-dev libjemalloc-dev libxxhash-dev libmd-dev libexpected-dev libfmt-dev libspdlog-dev
  libcli11-dev liblzf-dev liblz4-dev liblua5.1-0-dev lua-cjson-dev lua-bitop-dev
)
packages_test=(
  libgtest-dev libgmock-dev libbenchmark-dev libhiredis-dev redis-tools
  clang-format clang-tidy python3
)
packages_bench=(redis-tools python3 python3-matplotlib valgrind)
packages_fuzz=(clang libclang-rt-14-dev)

# package_installed NAME: true when dpkg has it configured.
package_installed() {
  [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

# as_root COMMAND...: runs it with sudo when this user is not root.
as_root() {
  if [[ "$(id -u)" == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "Not root and no sudo here. Run this as root, then start again:" >&2
    echo "  $*" >&2
    return 1
  fi
}

# ensure_packages NAME...: installs those that are missing and says which. Refreshes the package
# lists only when the first attempt fails, since a refresh takes longer than most installs.
ensure_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian system; these packages, under its own names, must be there: $*" >&2
    return 0
  fi
  local missing=() package
  for package in "$@"; do
    package_installed "$package" || missing+=("$package")
  done
  [[ ${#missing[@]} == 0 ]] && return 0
  echo "Installing missing packages: ${missing[*]}"
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends)
  if apt-get install -s -q --no-install-recommends "${missing[@]}" >/dev/null 2>&1; then
    as_root "${install[@]}" "${missing[@]}" && return 0
  fi
  as_root apt-get update -q && as_root "${install[@]}" "${missing[@]}"
}
