"""How figures are printed."""

from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def milliseconds(values: Sequence[float]) -> str:
    """Median and 95th percentile of seconds, in milliseconds."""
    return f"p50 {1000 * quantile(values, 0.5):.1f} ms, p95 {1000 * quantile(values, 0.95):.1f} ms"


def row(work: str, figure: str, goal: str) -> None:
    """Print one line of the table."""
    print(f"| {work} | {figure} | {goal} |", flush=True)


def head() -> None:
    """Print the head of the table."""
    print("| work | measured | goal |\n|---|---|---|", flush=True)
