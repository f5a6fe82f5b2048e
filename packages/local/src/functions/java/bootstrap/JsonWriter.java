// Writes what a handler returned as JSON, as Lambda's Jackson does: properties of objects by their getters and public
// fields, nothing for null in objects and maps, bytes in base64, a Date in milliseconds (in AWS's events in seconds),
// times of java.time as numbers.
// Source: aws-lambda-java-serialization, JacksonFactory (NON_NULL, JavaTimeModule, Jdk8Module) and DateModule.
package earwitness;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

final class JsonWriter {
  /** Jackson's own bound: deeper is a circle. */
  private static final int DEPTH_MAX = 1000;

  private final StringBuilder out = new StringBuilder();
  private int depth = 0;

  private JsonWriter() {}

  static String write(Object value) {
    JsonWriter writer = new JsonWriter();
    writer.add(value, false);
    return writer.out.toString();
  }

  private void add(Object value, boolean isInEvent) {
    if (value instanceof Optional) add(((Optional<?>) value).orElse(null), isInEvent);
    else if (value == null || value instanceof Boolean) out.append(value);
    else if (value instanceof Number) addNumber((Number) value);
    else if (value instanceof Enum) addText(((Enum<?>) value).name());
    else if (value instanceof CharSequence || value instanceof Character) addText(value.toString());
    else if (value instanceof UUID) addText(value.toString());
    else if (value instanceof byte[]) addText(Base64.getEncoder().encodeToString((byte[]) value));
    else if (value instanceof ByteBuffer) addText(textOf((ByteBuffer) value));
    else if (value instanceof char[]) addText(new String((char[]) value));
    else if (value instanceof Date) addDate((Date) value, isInEvent);
    else if (value.getClass().getName().startsWith("java.time.")) addTime(value);
    else if (value.getClass().getName().equals("org.joda.time.DateTime")) addText(value.toString());
    else addStructure(value, isInEvent);
  }

  private void addStructure(Object value, boolean isInEvent) {
    if (++depth > DEPTH_MAX) {
      throw new IllegalStateException("Infinite recursion (StackOverflowError): " + value.getClass().getName());
    }
    if (value instanceof Map) addMap((Map<?, ?>) value, isInEvent);
    else if (value instanceof Iterable) addItems((Iterable<?>) value, isInEvent);
    else if (value.getClass().isArray()) addArray(value, isInEvent);
    else addObject(value);
    depth--;
  }

  private void addMap(Map<?, ?> map, boolean isInEvent) {
    String separator = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (entry.getValue() == null) continue;
      out.append(separator);
      Object key = entry.getKey();
      addText(key instanceof Enum ? ((Enum<?>) key).name() : String.valueOf(key));
      out.append(':');
      add(entry.getValue(), isInEvent);
      separator = ",";
    }
    out.append(separator.equals("{") ? "{}" : "}");
  }

  private void addItems(Iterable<?> items, boolean isInEvent) {
    String separator = "[";
    for (Object item : items) {
      out.append(separator);
      add(item, isInEvent);
      separator = ",";
    }
    out.append(separator.equals("[") ? "[]" : "]");
  }

  private void addArray(Object array, boolean isInEvent) {
    Object[] items = new Object[Array.getLength(array)];
    for (int index = 0; index < items.length; index++) items[index] = Array.get(array, index);
    addItems(Arrays.asList(items), isInEvent);
  }

  private void addObject(Object object) {
    String separator = "{";
    boolean isEvent = EventNames.isEvent(object.getClass());
    for (Map.Entry<String, Member> each : Properties.of(object.getClass()).readers.entrySet()) {
      Object value = read(each.getValue(), object);
      if (value == null) continue;
      out.append(separator);
      addText(each.getKey());
      out.append(':');
      add(value, isEvent);
      separator = ",";
    }
    out.append(separator.equals("{") ? "{}" : "}");
  }

  private static Object read(Member reader, Object object) {
    try {
      return Properties.read(reader, object);
    } catch (InvocationTargetException error) {
      throw new IllegalStateException(error.getCause().toString(), error.getCause());
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException(error);
    }
  }

  private void addNumber(Number number) {
    String text = number.toString();
    // NaN and Infinity are no JSON.
    if (number instanceof Double && !Double.isFinite(number.doubleValue())) addText(text);
    else if (number instanceof Float && !Float.isFinite(number.floatValue())) addText(text);
    else out.append(text);
  }

  private void addDate(Date date, boolean isInEvent) {
    if (isInEvent) out.append(date.getTime() / 1000.0);
    else out.append(date.getTime());
  }

  private void addTime(Object time) {
    if (time instanceof OffsetDateTime) addTime(((OffsetDateTime) time).toInstant());
    else if (time instanceof ZonedDateTime) addTime(((ZonedDateTime) time).toInstant());
    else if (time instanceof Instant) addSeconds(((Instant) time).getEpochSecond(), ((Instant) time).getNano());
    else if (time instanceof Duration) addSeconds(((Duration) time).getSeconds(), ((Duration) time).getNano());
    else if (time instanceof LocalDate) addItems(numbersOf((LocalDate) time, null), false);
    else if (time instanceof LocalTime) addItems(numbersOf(null, (LocalTime) time), false);
    else if (time instanceof LocalDateTime) {
      addItems(numbersOf(((LocalDateTime) time).toLocalDate(), ((LocalDateTime) time).toLocalTime()), false);
    } else if (time.getClass().getName().matches("java\\.time\\.(Period|Year.*|MonthDay|Zone.*|DayOfWeek|Month)")) {
      addText(time.toString());
    } else {
      throw new IllegalStateException("Earwitness writes no " + time.getClass().getName() + " as JSON");
    }
  }

  private void addSeconds(long seconds, int nanos) {
    out.append(seconds).append('.').append(String.format("%09d", nanos));
  }

  /** Seconds and nanoseconds stand only where they are not zero. */
  private static Iterable<?> numbersOf(LocalDate date, LocalTime time) {
    List<Object> numbers = new ArrayList<>();
    if (date != null) numbers.addAll(Arrays.asList(date.getYear(), date.getMonthValue(), date.getDayOfMonth()));
    if (time == null) return numbers;
    numbers.addAll(Arrays.asList(time.getHour(), time.getMinute()));
    if (time.getSecond() > 0 || time.getNano() > 0) numbers.add(time.getSecond());
    if (time.getNano() > 0) numbers.add(time.getNano());
    return numbers;
  }

  private static String textOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private void addText(String text) {
    out.append('"');
    for (int index = 0; index < text.length(); index++) {
      char letter = text.charAt(index);
      int escaped = "\"\\\n\r\t\b\f".indexOf(letter);
      if (escaped >= 0) out.append('\\').append("\"\\nrtbf".charAt(escaped));
      else if (letter < ' ') out.append(String.format("\\u%04X", (int) letter));
      else out.append(letter);
    }
    out.append('"');
  }
}
