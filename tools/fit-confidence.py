#!/usr/bin/env python3
"""Fits the weights of confidence, data/confidence.toml, over annotated articles.

    cargo run --release --example reliability -- --facts facts.csv
    tools/fit-confidence.py facts.csv > data/confidence.toml

Logistic regression by Newton's method (iteratively reweighted least squares) with a ridge: weights are drawn towards
what is assumed where the articles say little. A doubt (a column that ends in "-") may not make a claim surer; where
the fit would have it so, its weight is 0. The figures at the top of the file are those of leave-one-article-out cross-validation:
each article is judged by weights fitted on the others. Plain loops in a fixed order, so the same rows give the same
bytes.
"""
import csv, math, sys

RIDGE = 3.0
# A figure that reads two ways equally well halves the odds; hardly an annotated article has one.
ASSUMED = {"mark_two_ways": -math.log(2), "metric_open": -1.0}
ROUNDS = 8


def fit(rows, width, assumed, doubts):
    """Weights of rows ([index of each fact that holds], right), the first for the base; doubts at most 0."""
    none = set()
    while True:
        weights = newton(rows, width, assumed, none)
        wrong = {i for i in doubts if weights[i] > 0} - none
        if not wrong:
            return weights
        none |= wrong


def newton(rows, width, assumed, none):
    weights = [0.0 if i in none else a for i, a in enumerate(assumed)]
    # Rows with the same facts are one row that counts many times.
    counts = {}
    for held, right in rows:
        kept = tuple(i for i in held if i not in none)
        n, r = counts.get(kept, (0, 0))
        counts[kept] = n + 1, r + right
    grouped = sorted(counts.items())
    for _ in range(ROUNDS):
        slope = [0.0] * width
        bend = [[0.0] * width for _ in range(width)]
        for held, (n, r) in grouped:
            p = 1 / (1 + math.exp(-sum(weights[i] for i in held)))
            for i in held:
                slope[i] += r - n * p
                for j in held:
                    bend[i][j] += n * p * (1 - p)
        for i in range(width):
            ridge = 1e-6 if i == 0 else RIDGE
            slope[i] -= ridge * (weights[i] - (0.0 if i in none else assumed[i]))
            bend[i][i] += ridge
        weights = [w + d for w, d in zip(weights, solve(bend, slope))]
    return weights


def solve(matrix, vector):
    """Gaussian elimination; the matrix is positive definite, so no pivots are exchanged."""
    n = len(vector)
    a = [row + [v] for row, v in zip(matrix, vector)]
    for i in range(n):
        for j in range(i + 1, n):
            m = a[j][i] / a[i][i]
            if m:
                for k in range(i, n + 1):
                    a[j][k] -= m * a[i][k]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (a[i][n] - sum(a[i][j] * x[j] for j in range(i + 1, n))) / a[i][i]
    return x


def probability(weights, held):
    return 1 / (1 + math.exp(-sum(weights[i] for i in held)))


def measures(judged):
    """Expected calibration error over ten bins of equal width, and Brier score."""
    bins = [[0.0, 0] for _ in range(10)]
    for p, right in judged:
        b = bins[min(int(p * 10), 9)]
        b[0] += p
        b[1] += right
    n = max(len(judged), 1)
    return sum(abs(p - r) for p, r in bins) / n, sum((p - r) ** 2 for p, r in judged) / n


def held_out(rows, keys, width, assumed, doubts):
    judged = []
    for key in sorted(set(keys)):
        weights = fit([r for r, k in zip(rows, keys) if k != key], width, assumed, doubts)
        judged += [(probability(weights, held), right) for (held, right), k in zip(rows, keys) if k == key]
    return judged


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as f:
        table = list(csv.reader(f))
    columns = table[0][4:]
    names = ["base"] + [c.removesuffix("-") for c in columns]
    doubts = {i + 1 for i, c in enumerate(columns) if c.endswith("-")}
    assumed = [ASSUMED.get(name, 0.0) for name in names]
    width = len(names)
    lines = [line for line in table[1:] if line[2] == "1"]
    rows = [([0] + [i + 1 for i, v in enumerate(line[4:]) if v == "1"], int(line[3])) for line in lines]
    weights = fit(rows, width, assumed, doubts)
    articles = ["/".join(line[:2]) for line in lines]
    sets = [line[0] for line in lines]
    by_article = measures(held_out(rows, articles, width, assumed, doubts))
    by_set = measures(held_out(rows, sets, width, assumed, doubts))
    right = sum(r for _, r in rows) / len(rows)
    constant = measures([(right, r) for _, r in rows])
    known = {i: sum(i in held for held, _ in rows) for i in range(width)}
    print("# What each fact about a reading adds to the log-odds that it is right in every field, in thousandths of a nat;")
    print("# `base` is what a claim starts with. Written by tools/fit-confidence.py, explained in docs/confidence.md; the facts")
    print("# are those of crates/extract/src/confidence.rs.")
    print("#")
    print(f"# Fitted on {', '.join(sorted(set(sets)))}: {len(rows)} claims of {len(set(articles))} articles, {right:.3f} of them right; ridge {RIDGE}.")
    print(f"# Articles left out one at a time: expected calibration error {by_article[0]:.3f}, Brier score {by_article[1]:.3f}.")
    print(f"# Sets left out one at a time:     expected calibration error {by_set[0]:.3f}, Brier score {by_set[1]:.3f}.")
    print(f"# One number for all claims would have a Brier score of {constant[1]:.3f}.")
    print("\n[weights]")
    for i, name in enumerate(names):
        line = f"{name} = {round(weights[i] * 1000)}"
        print(f"{line:24}# {known[i]} claims")


if __name__ == "__main__":
    main()
