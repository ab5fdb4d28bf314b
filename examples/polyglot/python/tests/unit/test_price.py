import json
from pathlib import Path

import pytest

from shop.price import format_price, gross_cents

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "price.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['cents']} at {vector['vatPercent']}")
class TestPrice:
    def test_tax_is_rounded_half_up(self, vector):
        assert gross_cents(vector["cents"], vector["vatPercent"]) == vector["gross"]

    def test_text_has_two_decimals_and_thousands_separators(self, vector):
        assert format_price(vector["gross"]) == vector["text"]


def test_a_negative_price_is_refused():
    with pytest.raises(ValueError, match="never negative"):
        gross_cents(-1, 19)
