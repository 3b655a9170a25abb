"""Whether two runs' accuracies on the same validation digits differ by more than chance."""

SIGNIFICANT = 0.05


def describe_difference(best: float, other: float, count: int) -> str:
    """By how many of `count` digits a run is better than another, and whether that is chance; nothing for no digit.

    `best` and `other` are shares from 0 to 1.
    """
    wrong, more_wrong = (round((1 - accuracy) * count) for accuracy in (best, other))
    digits = more_wrong - wrong
    if not digits:
        return ""
    verdict = "more than chance" if p_value(wrong, more_wrong) < SIGNIFICANT else "within chance"
    return f"{digits:,} {'digit' if digits == 1 else 'digits'} of {count:,}: {verdict}"


def p_value(wrong: int, more_wrong: int) -> float:
    """How likely so uneven counts of mistakes are, were both runs equally good: McNemar's test (1947), exact.

    That test counts the digits which only one of the two reads wrong. Runs do not tell which those are, so none is
    taken to be read wrong by both. Of all that may be this gives the highest value: what it tells apart, differs.
    """
    from scipy.stats import binomtest  # most of a second, which only a comparison needs

    return float(binomtest(wrong, wrong + more_wrong).pvalue)
