"""Whether two runs' accuracies on the same validation digits differ by more than chance."""

SIGNIFICANT = 0.05


def describe_difference(best: float, other: float, count: int) -> str:
    """By how many of `count` digits one run is better, and whether that may be chance; empty where it is by none.

    `best` and `other` are accuracies from 0 to 1.
    """
    fewer_errors, more_errors = (round((1 - accuracy) * count) for accuracy in (best, other))
    digits = more_errors - fewer_errors
    if not digits:
        return ""
    verdict = "more than chance" if p_value(fewer_errors, more_errors) < SIGNIFICANT else "within chance"
    return f"{digits:,} {'digit' if digits == 1 else 'digits'} of {count:,}: {verdict}"


def p_value(fewer_errors: int, more_errors: int) -> float:
    """The probability of counts at least so different if both runs were equally good: McNemar's exact test (1947).

    The test counts the digits that only one of the two runs reads wrong. Only the totals are known here, so no digit
    is assumed to be read wrong by both. That gives the highest p-value possible: a difference that is significant under
    this assumption is significant under any other.
    """
    from scipy.stats import binomtest  # takes most of a second, which only a comparison needs

    return float(binomtest(fewer_errors, fewer_errors + more_errors).pvalue)
