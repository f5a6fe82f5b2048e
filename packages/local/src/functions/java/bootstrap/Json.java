// Reads JSON text into plain values: LinkedHashMap, ArrayList, String, Integer, Long, BigInteger, BigDecimal, Boolean
// and null. Of a name that stands twice, the last value counts.
// Source: RFC 8259.
package earwitness;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object read(String text) throws JsonException {
    Json json = new Json(text);
    Object value = json.value();
    json.skipSpace();
    if (json.at < text.length()) throw json.unexpected();
    return value;
  }

  private Object value() throws JsonException {
    skipSpace();
    switch (peek()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  private Map<String, Object> object() throws JsonException {
    Map<String, Object> object = new LinkedHashMap<>();
    at++;
    if (skips('}')) return object;
    do {
      skipSpace();
      String name = string();
      expect(':');
      object.put(name, value());
    } while (skips(','));
    expect('}');
    return object;
  }

  private List<Object> array() throws JsonException {
    List<Object> array = new ArrayList<>();
    at++;
    if (skips(']')) return array;
    do array.add(value());
    while (skips(','));
    expect(']');
    return array;
  }

  private String string() throws JsonException {
    if (peek() != '"') throw unexpected();
    StringBuilder string = new StringBuilder();
    int start = ++at;
    while (peek() != '"') {
      if (text.charAt(at) != '\\') {
        at++;
        continue;
      }
      string.append(text, start, at++);
      string.append(escaped());
      start = at;
    }
    return string.append(text, start, at++).toString();
  }

  private char escaped() throws JsonException {
    char letter = peek();
    at++;
    switch (letter) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        if (at + 4 > text.length()) throw unexpected();
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
      default:
        return letter;
    }
  }

  private Number number() throws JsonException {
    int start = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) at++;
    String digits = text.substring(start, at);
    try {
      if (!digits.matches("-?\\d+")) return new BigDecimal(digits);
      if (digits.length() < 10) return Integer.valueOf(digits);
      BigInteger number = new BigInteger(digits);
      if (number.bitLength() < 32) return number.intValue();
      if (number.bitLength() < 64) return number.longValue();
      return number;
    } catch (NumberFormatException error) {
      at = start;
      throw unexpected();
    }
  }

  private Object word(String word, Object value) throws JsonException {
    if (!text.startsWith(word, at)) throw unexpected();
    at += word.length();
    return value;
  }

  private boolean skips(char sign) throws JsonException {
    skipSpace();
    if (peek() != sign) return false;
    at++;
    return true;
  }

  private void expect(char sign) throws JsonException {
    if (!skips(sign)) throw unexpected();
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
  }

  private char peek() throws JsonException {
    if (at >= text.length()) throw new JsonException("Unexpected end-of-input");
    return text.charAt(at);
  }

  private JsonException unexpected() {
    if (at >= text.length()) return new JsonException("Unexpected end-of-input");
    return new JsonException("Unexpected character ('" + text.charAt(at) + "') at column " + (at + 1));
  }

  /** The text is not JSON, or does not fit the class that it is for. */
  static final class JsonException extends IOException {
    private static final long serialVersionUID = 1;

    JsonException(String message) {
      super(message);
    }
  }
}
