#!/usr/bin/env python3
"""Writes what bench.py measured: a Markdown table, JSON, and plots.

Usage, to make table and plots again from a results.json: report.py DIRECTORY"""

import json
import os
import sys

sys.dont_write_bytecode = True
import plots

BEGIN, END = "<!-- tools/bench: begin -->", "<!-- tools/bench: end -->"


def number(value, decimals):
    return "" if value is None else f"{value:,.{decimals}f}".replace(",", "\u202f")


def reference_of(servers):
    """Whom Kvasir is compared with: the first of the others, which is redis-server if it took part."""
    return next((name for name in servers if name not in ("Kvasir", "floor")), None)


def ratio(ours, theirs):
    return f"{ours / theirs:.2f}" if ours is not None and theirs else ""


def rows_of(case, servers):
    """A row for each figure of a case that anybody has."""
    medians = {name: case["servers"].get(name, {}).get("median", {}) for name in servers}
    reference = reference_of(servers)
    rows = []
    for figure in case["figures"]:
        values = {name: medians[name].get(figure["key"]) for name in servers}
        if all(value is None for value in values.values()):
            continue
        cells = [case["title"], f"{figure['title']}, {figure['unit']}"]
        cells += [number(values[name], figure["decimals"]) for name in servers]
        if reference is not None and "Kvasir" in values:
            cells.append(ratio(values["Kvasir"], values[reference]))
        rows.append(cells)
    return rows


def table(results, chosen=lambda case: True):
    servers = list(results["servers"])
    heads = ["case", "figure"] + servers
    if reference_of(servers) is not None:
        heads.append(f"Kvasir : {reference_of(servers)}")
    lines = ["| " + " | ".join(heads) + " |", "|---|---|" + "---:|" * (len(heads) - 2)]
    for case in results["cases"].values():
        if chosen(case):
            lines += ["| " + " | ".join(row) + " |" for row in rows_of(case, servers)]
    return "\n".join(lines)


def preface(results):
    machine = results["machine"]
    text = (f"Made by `tools/bench/run{' --quick' if results['quick'] else ''}` on {results['date']}: "
            f"{machine['cores']} cores ({machine['cpu']}), Linux {machine['kernel']}; medians of "
            f"{results['rounds']} rounds, in which the servers took turns. Only the ratios carry over to "
            "other machines.")
    versions = [f"- {name}: {version}" for name, version in results["servers"].items() if version]
    return text + "\n\n" + "\n".join(versions)


def figure_links(names, directory):
    titles = {"cpu.svg": "CPU per request against pipeline depth", "latency.svg": "Latency percentiles",
              "growth.svg": "Memory and time against the number of keys"}
    return "\n".join(f"![{titles[name]}]({directory}{name})" for name in names)


def write(results, directory, quiet=False):
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "results.json"), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    drawn = plots.draw(results, directory)
    text = f"# Results\n\n{preface(results)}\n\n{table(results)}\n\n{figure_links(drawn, '')}".rstrip()
    with open(os.path.join(directory, "results.md"), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    if not quiet:
        print(table(results))


def put_into_readme(results, path):
    """Replaces what stands between the two marks by the cases of requests and the plots."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if BEGIN not in text or END not in text:
        sys.exit(f"{path} has no place for the figures")
    plotted = [name for name in plots.NAMES if os.path.exists(os.path.join(os.path.dirname(path), "tools/bench", name))]
    simple = table(results, lambda case: len(case["figures"]) == 1)
    figures = (f"{simple}\n\nAll cases, with rewrites, restarts, deadlines and growth: "
               f"[tools/bench/results.md](tools/bench/results.md).\n\n{figure_links(plotted, 'tools/bench/')}")
    head, rest = text.split(BEGIN, 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{head}{BEGIN}\n{figures}\n{END}{rest.split(END, 1)[1]}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(os.path.join(sys.argv[1], "results.json"), encoding="utf-8") as file:
        write(json.load(file), sys.argv[1])


if __name__ == "__main__":
    main()
