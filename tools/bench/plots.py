"""Draws what bench.py measured, as SVG. A plot whose cases were not run is left out."""

import os

import matplotlib

matplotlib.use("svg")
# The same picture for the same figures, letters as letters.
matplotlib.rcParams.update({"svg.hashsalt": "kvasir", "svg.fonttype": "none", "font.size": 9,
                            "axes.grid": True, "grid.alpha": 0.3})
from matplotlib import pyplot, ticker

NAMES = ("cpu.svg", "latency.svg", "growth.svg")
COLORS = {"redis-server": "#c0392b", "Kvasir": "#1f6fb2", "floor": "#888888"}
DEPTHS = (1, 4, 16, 64)
LATENCY_CASES = (("get_p1", "GET P=1"), ("set_p1", "SET P=1"), ("get_p64", "GET P=64"),
                 ("set_p64_everysec", "SET P=64\neverysec"), ("set_p1_always", "SET P=1\nalways"),
                 ("set_p64_always", "SET P=64\nalways"))


def color_of(name):
    return {"color": COLORS[name]} if name in COLORS else {}


def value(results, case, server, key):
    return results["cases"].get(case, {}).get("servers", {}).get(server, {}).get("median", {}).get(key)


def line(axes, points, name):
    """False when there is nothing to draw."""
    points = [(x, y) for x, y in points if y is not None]
    if points:
        axes.plot(*zip(*points), marker="o", markersize=4, label=name, **color_of(name))
    return bool(points)


def save(figure, directory, name):
    figure.tight_layout()
    figure.savefig(os.path.join(directory, name), metadata={"Date": None})
    pyplot.close(figure)


def draw_cpu(results, directory):
    figure, both = pyplot.subplots(1, 2, figsize=(8, 3.2), sharey=True)
    drawn = False
    for axes, test in zip(both, ("get", "set")):
        for server in results["servers"]:
            drawn |= line(axes, [(depth, value(results, f"{test}_p{depth}", server, "cpu_us")) for depth in DEPTHS], server)
        axes.set(xscale="log", yscale="log", xlabel="requests per pipeline", title=f"{test.upper()} of 64 bytes")
        axes.set_xticks(DEPTHS, [str(depth) for depth in DEPTHS])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    if drawn:
        both[0].set_ylabel("server CPU per request, µs")
        both[0].legend()
        save(figure, directory, "cpu.svg")
    return drawn


def draw_latency(results, directory):
    cases = [(case, label) for case, label in LATENCY_CASES if case in results["cases"]]
    if not cases:
        return False
    figure, panels = pyplot.subplots(1, len(cases), figsize=(1.6 * len(cases) + 1, 3.2), squeeze=False)
    percentiles = (("p50_ms", "50"), ("p95_ms", "95"), ("p99_ms", "99"), ("max_ms", "max"))
    for axes, (case, label) in zip(panels[0], cases):
        for server in results["servers"]:
            line(axes, [(text, value(results, case, server, key)) for key, text in percentiles], server)
        axes.set(yscale="log", title=label)
        axes.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    panels[0][0].set_ylabel("latency, ms")
    panels[0][0].legend()
    save(figure, directory, "latency.svg")
    return True


def growth_points(results, server, prefix):
    median = results["cases"].get("growth", {}).get("servers", {}).get(server, {}).get("median", {})
    return sorted((int(key.rsplit("_", 1)[1]), amount) for key, amount in median.items() if key.startswith(prefix))


def draw_growth(results, directory):
    if "growth" not in results["cases"]:
        return False
    figure, panels = pyplot.subplots(1, 3, figsize=(9, 3.2))
    for axes, (prefix, title) in zip(panels, (("bytes_", "memory per key, bytes"),
                                              ("get_us_", "CPU per GET (P=16), µs"),
                                              ("fill_us_", "CPU per new key, µs"))):
        for server in results["cases"]["growth"]["servers"]:
            line(axes, growth_points(results, server, prefix), server)
        axes.set(xscale="log", xlabel="keys", title=title)
        axes.set_ylim(bottom=0)
    panels[0].legend()
    save(figure, directory, "growth.svg")
    return True


def draw(results, directory):
    """The names of the files that there are now."""
    drawn = (draw_cpu(results, directory), draw_latency(results, directory), draw_growth(results, directory))
    return [name for name, done in zip(NAMES, drawn) if done]
