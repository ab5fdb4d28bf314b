"""Turns a list of titles and prices into the catalogue the web shop reads."""

import json
import sys

from shop.price import format_price, gross_cents
from shop.slug import slugify


def build(products: list[dict]) -> list[dict]:
    """One entry per product, sorted by slug; products of one slug are numbered."""
    seen: dict[str, int] = {}
    entries = []
    for product in products:
        slug = slugify(product["title"])
        seen[slug] = seen.get(slug, 0) + 1
        number = f"-{seen[slug]}" if seen[slug] > 1 else ""
        price = format_price(gross_cents(product["cents"], product["vatPercent"]))
        entries.append({"slug": slug + number, "title": product["title"], "price": price})
    return sorted(entries, key=lambda entry: entry["slug"])


def main() -> None:
    json.dump(build(json.load(sys.stdin)), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
