"""The drawings of the figures."""

from xml.etree import ElementTree

import pytest

from enrolment.figures import charts


class TestCharts:
    def test_a_chart_is_named_and_told_and_its_longest_bar_fits(self):
        drawn = ElementTree.fromstring(
            charts.bars("c", "Par mois", [("Janvier <1>", 3), ("Février", 0), ("x" * 90, 12)])
        )
        assert drawn.attrib["role"] == "img"
        ids = {each.attrib["id"]: each.text for each in drawn if "id" in each.attrib}
        assert ids == {"c-title": "Par mois", "c-desc": f"Janvier <1> : 3, Février : 0, {'x' * 90} : 12"}
        assert set(drawn.attrib["aria-labelledby"].split()) == set(ids)
        widths = [int(rect.attrib["width"]) for rect in drawn.iter("rect")]
        assert widths == [round(290 * 3 / 12), 0, 290]
        assert "style" not in str(charts.bars("c", "t", [("a", 1)]))

    @pytest.mark.parametrize("rows", [[], [("a", 0)]])
    def test_nothing_is_drawn_without_an_error(self, rows):
        assert "<svg" in charts.bars("c", "t", rows)
