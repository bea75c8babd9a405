"""Contrast as WCAG computes it."""

import pytest

from kiosk.domain.colour import contrast, mixed


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#FFFFFF", 21.0),
        ("#FFFFFF", "#FFFFFF", 1.0),
        ("#777777", "#FFFFFF", 4.48),
        ("#FF0000", "#FFFFFF", 4.0),
    ],
)
def test_the_contrast_of_two_colours(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


def test_what_lies_between_two_colours():
    assert mixed("#000000", "#FFFFFF", 0.0) == "#FFFFFF"
    assert mixed("#000000", "#FFFFFF", 1.0) == "#000000"
    assert mixed("#2346D8", "#FFFFFF", 0.5) == "#91A2EC"
