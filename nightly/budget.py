"""How a round's time is split: where new features still appear, most.

A round gives every target a minimum, a quarter of its equal share. The rest goes to the targets in
proportion to the features that each found per second of fuzzing in its last rounds, the latest
counting double the one before. A target that has not run yet counts like the best; when nobody
finds anything, all count alike. That is all: no target starves, and one that begins to find
something is followed within a round.
"""
MINIMUM_OF_SHARE = 0.25
ROUND_S_MAX = 1800
SLICE_S_MIN = 10
ROUNDS_REMEMBERED = 3


def round_seconds(budget_s, targets):
    """About ten rounds a night, none so short that the start of the programs counts."""
    return min(ROUND_S_MAX, max(budget_s / 10, SLICE_S_MIN * targets))


def rate(history):
    """New features per second, from (features, seconds) of the rounds; None if none was run."""
    weight, features, seconds = 1.0, 0.0, 0.0
    for found, spent in reversed(history[-ROUNDS_REMEMBERED:]):
        features += weight * found
        seconds += weight * spent
        weight /= 2
    return features / seconds if seconds > 0 else None


def split(seconds, histories):
    """Whole seconds for each target of {name: [(features, seconds), ...]}, in the same order."""
    if not histories:
        return {}
    rates = {name: rate(history) for name, history in histories.items()}
    best = max((value for value in rates.values() if value is not None), default=0)
    rates = {name: best if value is None else value for name, value in rates.items()}
    total = sum(rates.values())
    equal = seconds / len(rates)
    minimum = MINIMUM_OF_SHARE * equal
    free = seconds - minimum * len(rates)
    # libFuzzer counts whole seconds.
    return {name: max(1, round(minimum + free * (value / total if total else 1 / len(rates))))
            for name, value in rates.items()}
