"""Known label errors among MNIST's test digits.

Found by Northcutt, Athalye and Mueller, "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks"
(2021): of the labels that their method suspected, those that fewer than three of five people chose.
"""

DATA = "mnist"
SUGGESTED: dict[int, int] = {
    947: 9,
    1621: 6,
    1901: 4,
    2130: 9,
    2462: 0,
    2597: 3,
    2654: 1,
    3520: 4,
    3558: 0,
    5937: 3,
    6651: 6,
    6783: 6,
    8527: 9,
    9679: 3,
    9729: 6,
}
"""The digit that their method suggests, by the index of the test digit. People did not agree with each suggestion."""
