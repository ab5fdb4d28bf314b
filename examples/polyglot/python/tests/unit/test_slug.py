import json
from pathlib import Path

import pytest

from shop.slug import slugify

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "slug.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["slug"])
def test_title_becomes_the_agreed_slug(vector):
    assert slugify(vector["title"]) == vector["slug"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["slug"])
def test_a_slug_is_its_own_slug(vector):
    assert slugify(vector["slug"]) == vector["slug"]
