package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SlugTest {
  /** Without a JSON library: the vectors are flat. */
  static Stream<Arguments> vectors() throws IOException {
    String text = Files.readString(Path.of("../vectors/slug.json"));
    Pattern vector = Pattern.compile("\"title\": \"(.*?)\", \"slug\": \"(.*?)\"");
    return vector.matcher(text).results().map(found -> Arguments.of(found.group(1), found.group(2)));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void agreesWithTheVector(String title, String slug) {
    assertEquals(slug, Slug.of(title));
  }

  @Nested
  class OfItself {
    @Test
    void isTheSame() {
      assertEquals("blue-cotton-shirt", Slug.of("blue-cotton-shirt"));
    }
  }
}
