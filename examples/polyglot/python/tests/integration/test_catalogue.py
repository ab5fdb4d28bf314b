import json
import subprocess
import sys
from pathlib import Path

PRODUCTS = [
    {"title": "Tea", "cents": 100, "vatPercent": 7},
    {"title": "Café", "cents": 250, "vatPercent": 19},
    {"title": "tea!", "cents": 300, "vatPercent": 7},
]


def build(products):
    result = subprocess.run(
        [sys.executable, "-m", "shop.catalogue"],
        input=json.dumps(products),
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[2],
    )
    return json.loads(result.stdout)


def test_the_program_sorts_and_numbers_equal_slugs():
    assert [entry["slug"] for entry in build(PRODUCTS)] == ["cafe", "tea", "tea-2"]


def test_the_program_prints_prices_with_tax():
    assert build(PRODUCTS)[0]["price"] == "2.98 EUR"


def test_no_products_make_an_empty_catalogue():
    assert build([]) == []
