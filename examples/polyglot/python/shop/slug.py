"""Addresses for products: the last part of https://shop.example/p/<slug>."""

import re
import unicodedata

FALLBACK = "item"


def slugify(title: str) -> str:
    """Lower-case ASCII words of a title, joined by single dashes; never empty."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss"))
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", ascii_only.lower())
    return "-".join(words) or FALLBACK
