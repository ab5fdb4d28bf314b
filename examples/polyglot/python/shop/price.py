"""Prices in whole cents; the shop never holds money in floating point."""


def gross_cents(net_cents: int, vat_percent: int) -> int:
    """The price with tax, rounded half up to a cent."""
    if net_cents < 0:
        raise ValueError(f"a price is never negative: {net_cents}")
    return (net_cents * (100 + vat_percent) + 50) // 100


def format_price(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02} EUR"
