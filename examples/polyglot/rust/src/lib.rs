//! Prices in whole cents; the shop never holds money in floating point.

/// The price with tax, rounded half up to a cent.
///
/// ```
/// assert_eq!(shop::gross_cents(999, 7), 1069);
/// ```
pub fn gross_cents(net_cents: u64, vat_percent: u64) -> u64 {
    (net_cents * (100 + vat_percent) + 50) / 100
}

/// A price as people read it.
pub fn format_price(cents: u64) -> String {
    let digits = (cents / 100).to_string();
    let grouped: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap())
        .collect();
    format!("{}.{:02} EUR", grouped.join(","), cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_up() {
        assert_eq!(gross_cents(50, 1), 51);
    }

    #[test]
    fn groups_thousands() {
        assert_eq!(format_price(100_000_000), "1,000,000.00 EUR");
    }
}
