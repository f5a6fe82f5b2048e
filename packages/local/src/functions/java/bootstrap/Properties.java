// The properties of a class as Jackson finds them by itself, and in its order: setters of any kind, public getters and
// public fields; annotations count for nothing, as Lambda's Jackson does not know the function's own. A record has its
// components.
// Source: Jackson's documentation of its defaults; aws-lambda-java-serialization, JacksonFactory (standard bean names).
package earwitness;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

final class Properties {
  private static final Map<Class<?>, Properties> KNOWN = new ConcurrentHashMap<>();

  final Map<String, Member> readers = new LinkedHashMap<>();
  final Map<String, Member> writers = new LinkedHashMap<>();

  static Properties of(Class<?> type) {
    return KNOWN.computeIfAbsent(type, Properties::new);
  }

  /** The names of what the constructor takes that makes one of it: of a record and of some events; else null. */
  static String[] constructorNames(Class<?> type) throws ReflectiveOperationException {
    Object[] components = componentsOf(type);
    if (components == null) return EventNames.constructorOf(type);
    String[] names = new String[components.length];
    for (int index = 0; index < names.length; index++) names[index] = call(components[index], "getName").toString();
    return names;
  }

  static Constructor<?> longestConstructor(Class<?> type) {
    Constructor<?> longest = null;
    for (Constructor<?> each : type.getDeclaredConstructors()) {
      if (longest == null || each.getParameterCount() > longest.getParameterCount()) longest = each;
    }
    return longest;
  }

  static Object read(Member reader, Object owner) throws ReflectiveOperationException {
    if (reader instanceof Field) return ((Field) reader).get(owner);
    return ((Method) reader).invoke(owner);
  }

  static void write(Member writer, Object owner, Object value) throws ReflectiveOperationException {
    if (writer instanceof Field) ((Field) writer).set(owner, value);
    else ((Method) writer).invoke(owner, value);
  }

  static Type typeOf(Member writer) {
    if (writer instanceof Field) return ((Field) writer).getGenericType();
    return ((Method) writer).getGenericParameterTypes()[0];
  }

  private Properties(Class<?> type) {
    Map<String, Field> fields = new LinkedHashMap<>();
    Map<String, Method> getters = new LinkedHashMap<>();
    Map<String, Method> setters = new LinkedHashMap<>();
    List<Class<?>> classes = new ArrayList<>();
    for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) classes.add(0, each);
    for (Class<?> each : classes) {
      for (Field field : each.getDeclaredFields()) {
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0 && !field.isSynthetic()) {
          fields.put(EventNames.nameOf(each, field.getName()), field);
        }
      }
      for (Method method : each.getDeclaredMethods()) addMethod(method, getters, setters);
    }
    Object[] components = null;
    try {
      components = componentsOf(type);
      if (components != null) {
        for (Object each : components) {
          getters.put(call(each, "getName").toString(), (Method) call(each, "getAccessor"));
        }
      }
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException(error);
    }
    // Fields give the order, also those that are not visible themselves.
    Set<String> names = new LinkedHashSet<>(fields.keySet());
    names.addAll(getters.keySet());
    names.addAll(setters.keySet());
    for (String name : names) {
      Field field = fields.get(name);
      Field visible = field != null && Modifier.isPublic(field.getModifiers()) ? field : null;
      Member reader = getters.containsKey(name) ? getters.get(name) : visible;
      Member writer = setters.containsKey(name) ? setters.get(name) : visible;
      if (reader != null) readers.put(name, open(reader));
      if (writer != null) writers.put(name, open(writer));
    }
  }

  private static void addMethod(Method method, Map<String, Method> getters, Map<String, Method> setters) {
    String name = method.getName();
    Class<?> owner = method.getDeclaringClass();
    if (Modifier.isStatic(method.getModifiers()) || method.isBridge() || method.isSynthetic()) return;
    Class<?> result = method.getReturnType();
    if (method.getParameterCount() == 1 && name.startsWith("set") && name.length() > 3) {
      String property = EventNames.nameOf(owner, propertyOf(name.substring(3)));
      Method other = setters.get(property);
      // Of several, the one that takes text: others stand beside it for convenience (enumerations in AWS's events).
      if (other == null || other.getParameterTypes()[0] != String.class) setters.put(property, method);
    } else if (method.getParameterCount() == 0 && Modifier.isPublic(method.getModifiers()) && result != void.class) {
      boolean isTruth = result == boolean.class || result == Boolean.class;
      if (isTruth && name.startsWith("is") && name.length() > 2) {
        getters.putIfAbsent(EventNames.nameOf(owner, propertyOf(name.substring(2))), method);
      } else if (name.startsWith("get") && name.length() > 3) {
        getters.put(EventNames.nameOf(owner, propertyOf(name.substring(3))), method);
      }
    }
  }

  /** `Total` → `total`, `URL` → `URL`. Source: the JavaBeans specification, 8.8. */
  private static String propertyOf(String name) {
    if (name.matches("\\p{Lu}{2}.*")) return name;
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static Member open(Member member) {
    if (member instanceof Field) ((Field) member).setAccessible(true);
    else ((Method) member).setAccessible(true);
    return member;
  }

  /** Of a record, which Java has since 16; else null. */
  private static Object[] componentsOf(Class<?> type) throws ReflectiveOperationException {
    Class<?> parent = type.getSuperclass();
    if (parent == null || !parent.getName().equals("java.lang.Record")) return null;
    return (Object[]) Class.class.getMethod("getRecordComponents").invoke(type);
  }

  private static Object call(Object component, String name) throws ReflectiveOperationException {
    return component.getClass().getMethod(name).invoke(component);
  }
}
