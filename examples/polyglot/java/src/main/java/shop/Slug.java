package shop;

import java.text.Normalizer;
import java.util.Locale;

/** Addresses for products: the last part of https://shop.example/p/slug. */
public final class Slug {
  private Slug() {}

  /** Lower-case ASCII words of a title, joined by single dashes; never empty. */
  public static String of(String title) {
    String plain = Normalizer.normalize(title.replace("ß", "ss"), Normalizer.Form.NFKD);
    String words =
        plain
            .replaceAll("\\p{M}+", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return words.isEmpty() ? "item" : words;
  }
}
