// Makes Java's objects of plain JSON values: what a handler takes. It forgives what Lambda's Jackson forgives: unknown
// names, a single value for a list and the other way round, an empty text for an object, an unknown constant, numbers
// and truth values as text.
// Source: aws-lambda-java-serialization, JacksonFactory; sentences as Jackson's.
package earwitness;

import earwitness.Json.JsonException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

final class Binding {
  private Binding() {}

  /** @throws JsonException when the value does not fit the type */
  static Object bind(Object value, Type type) throws Exception {
    Class<?> target = Types.classOf(type);
    if (target == Optional.class) {
      return value == null ? Optional.empty() : Optional.ofNullable(bind(value, Types.argumentOf(type, target, 0)));
    }
    if (value == null) return target.isPrimitive() ? zeroOf(target) : null;
    if (target == Object.class) return bindFreely(value);
    if (target == byte[].class) return Base64.getDecoder().decode(textOf(value, target));
    if (target == ByteBuffer.class) return ByteBuffer.wrap(Base64.getDecoder().decode(textOf(value, target)));
    if (target.isArray()) return bindArray(value, target.getComponentType());
    if (target == Iterable.class || Collection.class.isAssignableFrom(target)) {
      return bindCollection(value, type, target);
    }
    if (value instanceof List) {
      List<?> list = (List<?>) value;
      if (list.isEmpty()) return target.isPrimitive() ? zeroOf(target) : null;
      if (list.size() == 1) return bind(list.get(0), type);
      throw mismatch(value, target);
    }
    if (Map.class.isAssignableFrom(target)) return bindMap(value, type, target);
    if (value instanceof Map) return bindObject((Map<?, ?>) value, type, target);
    return bindScalar(value, target);
  }

  /** For a handler that takes anything, decimals are doubles. */
  private static Object bindFreely(Object value) throws Exception {
    if (value instanceof BigDecimal) return ((BigDecimal) value).doubleValue();
    if (value instanceof List) return bindCollection(value, List.class, List.class);
    if (value instanceof Map) return bindMap(value, Map.class, Map.class);
    return value;
  }

  private static Object bindArray(Object value, Class<?> item) throws Exception {
    List<?> list = value instanceof List ? (List<?>) value : Collections.singletonList(value);
    Object array = Array.newInstance(item, list.size());
    for (int index = 0; index < list.size(); index++) Array.set(array, index, bind(list.get(index), item));
    return array;
  }

  private static Object bindCollection(Object value, Type type, Class<?> target) throws Exception {
    Type item = Types.argumentOf(type, Collection.class, 0);
    Collection<Object> collection = newCollection(target);
    for (Object each : value instanceof List ? (List<?>) value : Collections.singletonList(value)) {
      collection.add(bind(each, item));
    }
    return collection;
  }

  @SuppressWarnings("unchecked")
  private static Collection<Object> newCollection(Class<?> target) throws Exception {
    if (target.isAssignableFrom(ArrayList.class)) return new ArrayList<>();
    if (target.isAssignableFrom(HashSet.class)) return new HashSet<>();
    if (target.isAssignableFrom(TreeSet.class)) return new TreeSet<>();
    if (target.isAssignableFrom(ArrayDeque.class)) return new ArrayDeque<>();
    return (Collection<Object>) newInstance(target);
  }

  private static Object bindMap(Object value, Type type, Class<?> target) throws Exception {
    if ("".equals(value)) return null;
    if (!(value instanceof Map)) throw mismatch(value, target);
    @SuppressWarnings("unchecked")
    Map<Object, Object> map = target.isAssignableFrom(LinkedHashMap.class)
        ? new LinkedHashMap<>()
        : target.isAssignableFrom(TreeMap.class) ? new TreeMap<>() : (Map<Object, Object>) newInstance(target);
    Type key = Types.argumentOf(type, Map.class, 0);
    Type item = Types.argumentOf(type, Map.class, 1);
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
      map.put(bind(entry.getKey(), key), bind(entry.getValue(), item));
    }
    return map;
  }

  private static Object bindObject(Map<?, ?> values, Type type, Class<?> target) throws Exception {
    if (isScalar(target)) throw mismatch(values, target);
    String[] names = Properties.constructorNames(target);
    if (names != null) return bindByConstructor(values, names, type);
    Object object = newInstance(target);
    Map<String, Member> writers = Properties.of(target).writers;
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      Member writer = writers.get(entry.getKey());
      if (writer == null) continue;
      Type property = Types.resolve(Properties.typeOf(writer), writer.getDeclaringClass(), type);
      // In AWS's events, times are seconds.
      boolean isSeconds = property == Date.class && EventNames.isEvent(target) && entry.getValue() instanceof Number;
      Object value = isSeconds ? new BigDecimal(entry.getValue().toString()).movePointRight(3) : entry.getValue();
      Object bound = bind(value, property);
      try {
        Properties.write(writer, object, bound);
      } catch (InvocationTargetException error) {
        throw error.getCause() instanceof Exception ? (Exception) error.getCause() : error;
      }
    }
    return object;
  }

  private static Object bindByConstructor(Map<?, ?> value, String[] names, Type type) throws Exception {
    Constructor<?> constructor = Properties.longestConstructor(Types.classOf(type));
    Type[] types = constructor.getGenericParameterTypes();
    Object[] arguments = new Object[names.length];
    for (int index = 0; index < names.length; index++) {
      arguments[index] = bind(value.get(names[index]), Types.resolve(types[index], Types.classOf(type), type));
    }
    try {
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException error) {
      throw error.getCause() instanceof Exception ? (Exception) error.getCause() : error;
    }
  }

  private static Object newInstance(Class<?> target) throws Exception {
    if (target.isInterface() || Modifier.isAbstract(target.getModifiers())) {
      throw noCreator(target, "abstract types either need to be mapped to concrete types, have custom deserializer, or "
          + "contain additional type information");
    }
    try {
      Constructor<?> constructor = target.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (NoSuchMethodException error) {
      throw noCreator(target, "cannot deserialize from Object value (no delegate- or property-based Creator)");
    } catch (InvocationTargetException error) {
      throw error.getCause() instanceof Exception ? (Exception) error.getCause() : error;
    }
  }

  private static JsonException noCreator(Class<?> target, String problem) {
    String reason = "` (no Creators, like default constructor, exist): ";
    return new JsonException("Cannot construct instance of `" + target.getName() + reason + problem);
  }

  private static boolean isScalar(Class<?> target) {
    return target.isPrimitive() || target.isEnum() || target.getName().startsWith("java.");
  }

  private static Object bindScalar(Object value, Class<?> target) throws Exception {
    if (target.isInstance(value)) return value;
    String text = textOf(value, target);
    try {
      if (target == String.class || target == CharSequence.class) return text;
      if (target == boolean.class || target == Boolean.class) return truthOf(value, target);
      if (target == char.class || target == Character.class) return text.isEmpty() ? (Object) '\0' : text.charAt(0);
      if (target == Date.class) return dateOf(value);
      if (text.isEmpty()) return target.isPrimitive() ? zeroOf(target) : null;
      if (target.isPrimitive() || Number.class.isAssignableFrom(target)) return numberOf(text.trim(), target);
      if (target == UUID.class) return UUID.fromString(text);
      if (target.isEnum()) return constantOf(value, target);
      Method parse = parseMethodOf(target);
      if (parse != null && value instanceof String) return parse.invoke(null, text);
    } catch (JsonException error) {
      throw error;
    } catch (InvocationTargetException | RuntimeException error) {
      throw mismatch(value, target);
    }
    throw mismatch(value, target);
  }

  private static Object numberOf(String text, Class<?> target) throws JsonException {
    BigDecimal number = new BigDecimal(text);
    if (target == BigDecimal.class) return number;
    if (target == BigInteger.class) return number.toBigInteger();
    if (target == double.class || target == Double.class) return number.doubleValue();
    if (target == float.class || target == Float.class) return number.floatValue();
    if (target == Number.class) return number.scale() > 0 ? (Number) number.doubleValue() : number.longValueExact();
    BigInteger whole = number.toBigInteger();
    if (target == int.class || target == Integer.class) return whole.intValueExact();
    if (target == long.class || target == Long.class) return whole.longValueExact();
    if (target == short.class || target == Short.class) return whole.shortValueExact();
    if (target == byte.class || target == Byte.class) return whole.byteValueExact();
    throw mismatch(number, target);
  }

  private static Object truthOf(Object value, Class<?> target) throws JsonException {
    if (value instanceof Number) return ((Number) value).doubleValue() != 0;
    String text = value.toString().trim();
    if (text.isEmpty()) return target.isPrimitive() ? false : null;
    if (text.equals("true") || text.equals("True") || text.equals("TRUE")) return true;
    if (text.equals("false") || text.equals("False") || text.equals("FALSE")) return false;
    throw mismatch(value, target);
  }

  /** Milliseconds, or text. */
  private static Object dateOf(Object value) {
    if (value instanceof Number) return new Date(((Number) value).longValue());
    return Date.from(OffsetDateTime.parse(value.toString()).toInstant());
  }

  /** Of java.time and of Joda-Time: text in ISO 8601. */
  private static Method parseMethodOf(Class<?> target) {
    for (Class<?> argument : new Class<?>[] {CharSequence.class, String.class}) {
      try {
        Method method = target.getMethod("parse", argument);
        if (Modifier.isStatic(method.getModifiers()) && target.isAssignableFrom(method.getReturnType())) return method;
      } catch (NoSuchMethodException error) {
        // The other, or none.
      }
    }
    return null;
  }

  /** An unknown constant is none. */
  private static Object constantOf(Object value, Class<?> target) {
    Object[] constants = target.getEnumConstants();
    if (value instanceof Integer) {
      int index = (Integer) value;
      return index >= 0 && index < constants.length ? constants[index] : null;
    }
    for (Object each : constants) if (((Enum<?>) each).name().equals(value)) return each;
    return null;
  }

  private static Object zeroOf(Class<?> primitive) {
    return Array.get(Array.newInstance(primitive, 1), 0);
  }

  private static String textOf(Object value, Class<?> target) throws JsonException {
    if (value instanceof Map || value instanceof List) throw mismatch(value, target);
    return value.toString();
  }

  private static JsonException mismatch(Object value, Class<?> target) {
    String kind = value instanceof Map
        ? "Object value (token `JsonToken.START_OBJECT`)"
        : value instanceof List
            ? "Array value (token `JsonToken.START_ARRAY`)"
            : value instanceof String ? "String \"" + value + "\"" : "value " + value;
    return new JsonException("Cannot deserialize value of type `" + target.getName() + "` from " + kind);
  }
}
