# How the entry scripts configure and build. Sourced; the caller stands in the top directory.

# As many compilers at once as there are processors; KVASIR_JOBS overrules.
build_jobs="${KVASIR_JOBS:-$(nproc)}"

# build_server: the optimised server alone, without what only tests need. A build directory that
# tools/test has configured is used as it is: switching the tests off and on again would configure
# it twice for nothing.
build_server() {
  if [[ ! -f .build/release/build.ninja ]]; then
    cmake --preset release -DKVASIR_TESTS=OFF -DKVASIR_BENCHMARKS=OFF >/dev/null || return 1
  fi
  cmake --build --preset release --target kvasir-server -j "$build_jobs"
}

# build_bench_programs: what tools/bench runs beside the server.
build_bench_programs() {
  if [[ ! -f .build/release/build.ninja ]]; then
    cmake --preset release -DKVASIR_TESTS=OFF -DKVASIR_BENCHMARKS=OFF >/dev/null || return 1
  fi
  cmake --build --preset release --target kvasir-floor kvasir-instructions -j "$build_jobs"
}

# build_all PRESET: everything of a preset, tests included. Objects that build_server made are
# kept, since the tests change no flag of theirs.
build_all() {
  local options=(-DKVASIR_TESTS=ON)
  case "$1" in
    release | debug) options+=(-DKVASIR_BENCHMARKS=ON) ;;
  esac
  cmake --preset "$1" "${options[@]}" >/dev/null && cmake --build --preset "$1" -j "$build_jobs"
}
