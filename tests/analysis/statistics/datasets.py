"""Small public data sets, as R's package ``datasets`` ships them (R Core Team), with sources.

``PLANT_WEIGHT`` Dobson (1983), An Introduction to Statistical Modelling; ``SLEEP`` Cushny and
Peebles (1905), Student (1908); ``SPRAY_COUNT`` Beall (1942), Biometrika 32:243; ``CHICK_WEIGHT``
McNeil (1977), Interactive Data Analysis; ``BREAKS`` Tippett (1950), Technological Applications of
Statistics; ``HAIR_EYE`` Snee (1974), The American Statistician 28:9; ``ADMISSIONS`` Bickel, Hammel
and O'Connell (1975), Science 187:398; ``RATING``, ``COMPLAINTS`` (attitude) Chatterjee and Price
(1977), Regression Analysis by Example; ``BASES`` Hollander and Wolfe (1973), p. 140.
"""

from __future__ import annotations

import numpy as np

PLANT_WEIGHT = [
    4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14,
    4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69,
    6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26,
]  # fmt: skip
PLANT_GROUP = np.repeat([0, 1, 2], 10)

SLEEP = [
    0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0,
    1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4,
]  # fmt: skip
SLEEP_GROUP = np.repeat([0, 1], 10)

SPRAY_COUNT = [
    10, 7, 20, 14, 14, 12, 10, 23, 17, 20, 14, 13, 11, 17, 21, 11, 16, 14, 17, 17, 19, 21, 7, 13,
    0, 1, 7, 2, 3, 1, 2, 1, 3, 0, 1, 4, 3, 5, 12, 6, 4, 3, 5, 5, 5, 5, 2, 4,
    3, 5, 3, 5, 3, 6, 1, 1, 3, 2, 6, 4, 11, 9, 15, 22, 15, 16, 13, 10, 26, 26, 24, 13,
]  # fmt: skip
SPRAY = np.repeat(range(6), 12)

CHICK_WEIGHT = [
    179, 160, 136, 227, 217, 168, 108, 124, 143, 140, 309, 229, 181, 141, 260, 203, 148, 169, 213,
    257, 244, 271, 243, 230, 248, 327, 329, 250, 193, 271, 316, 267, 199, 171, 158, 248, 423, 340,
    392, 339, 341, 226, 320, 295, 334, 322, 297, 318, 325, 257, 303, 315, 380, 153, 263, 242, 206,
    344, 258, 368, 390, 379, 260, 404, 318, 352, 359, 216, 222, 283, 332,
]  # fmt: skip
FEED = np.repeat([1, 2, 4, 5, 3, 0], [10, 12, 14, 12, 11, 12])

BREAKS = [
    26, 30, 54, 25, 70, 52, 51, 26, 67, 18, 21, 29, 17, 12, 18, 35, 30, 36, 36, 21, 24, 18, 10, 43,
    28, 15, 26, 27, 14, 29, 19, 29, 31, 41, 20, 44, 42, 26, 19, 16, 39, 28, 21, 39, 29, 20, 21, 24,
    17, 13, 15, 15, 16, 28,
]  # fmt: skip
WOOL = np.repeat([0, 1], 27)
TENSION = np.tile(np.repeat([0, 1, 2], 9), 2)

#: Hair (black, brown, red, blond) by eyes (brown, blue, hazel, green), both sexes.
HAIR_EYE = np.array([[68, 20, 15, 5], [119, 84, 54, 29], [26, 17, 14, 14], [7, 94, 10, 16]])

#: The same by sex: men, women.
HAIR_EYE_SEX = np.array([
    [[32, 11, 10, 3], [53, 50, 25, 15], [10, 10, 7, 7], [3, 30, 5, 8]],
    [[36, 9, 5, 2], [66, 34, 29, 14], [16, 7, 7, 7], [4, 64, 5, 8]],
])  # fmt: skip

#: (department A-F, admitted or rejected, men or women) of the University of California, 1973.
ADMISSIONS = np.array([
    [[512, 89], [313, 19]], [[353, 17], [207, 8]], [[120, 202], [205, 391]],
    [[138, 131], [279, 244]], [[53, 94], [138, 299]], [[22, 24], [351, 317]],
])  # fmt: skip

RATING = [
    43, 63, 71, 61, 81, 43, 58, 71, 72, 67, 64, 67, 69, 68, 77,
    81, 74, 65, 65, 50, 50, 64, 53, 40, 63, 66, 78, 48, 85, 82,
]  # fmt: skip
COMPLAINTS = [
    51, 64, 70, 63, 78, 55, 67, 75, 82, 61, 53, 60, 62, 83, 77,
    90, 85, 60, 70, 58, 40, 61, 66, 37, 54, 77, 75, 57, 85, 82,
]  # fmt: skip

#: Seconds to run to second base by three methods, 22 players.
BASES = np.array([
    [5.40, 5.50, 5.55], [5.85, 5.70, 5.75], [5.20, 5.60, 5.50], [5.55, 5.50, 5.40],
    [5.90, 5.85, 5.70], [5.45, 5.55, 5.60], [5.40, 5.40, 5.35], [5.45, 5.50, 5.35],
    [5.25, 5.15, 5.00], [5.85, 5.80, 5.70], [5.25, 5.20, 5.10], [5.65, 5.55, 5.45],
    [5.60, 5.35, 5.45], [5.05, 5.00, 4.95], [5.50, 5.50, 5.40], [5.45, 5.55, 5.50],
    [5.55, 5.55, 5.35], [5.45, 5.50, 5.55], [5.50, 5.45, 5.25], [5.65, 5.60, 5.40],
    [5.70, 5.65, 5.55], [6.30, 6.30, 6.25],
])  # fmt: skip
