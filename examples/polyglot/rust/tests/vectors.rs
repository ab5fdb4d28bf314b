use shop::{format_price, gross_cents};

/// The values of one field, without a JSON library: the vectors are flat.
fn field(name: &str) -> Vec<String> {
    let key = format!("\"{name}\": ");
    let text = include_str!("../../vectors/price.json");
    let values = text.split(&key).skip(1);
    values
        .map(|rest| match rest.strip_prefix('"') {
            Some(quoted) => quoted[..quoted.find('"').unwrap()].to_string(),
            None => rest.chars().take_while(char::is_ascii_digit).collect(),
        })
        .collect()
}

fn numbers(name: &str) -> Vec<u64> {
    field(name)
        .iter()
        .map(|text| text.parse().unwrap())
        .collect()
}

#[test]
fn gross_agrees_with_the_vectors() {
    let (cents, vat) = (numbers("cents"), numbers("vatPercent"));
    let gross: Vec<u64> = cents
        .iter()
        .zip(&vat)
        .map(|(&net, &percent)| gross_cents(net, percent))
        .collect();
    assert!(!gross.is_empty());
    assert_eq!(gross, numbers("gross"));
}

#[test]
fn format_agrees_with_the_vectors() {
    let texts: Vec<String> = numbers("gross").into_iter().map(format_price).collect();
    assert_eq!(texts, field("text"));
}
