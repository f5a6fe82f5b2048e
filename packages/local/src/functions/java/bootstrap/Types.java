// What type parameters stand for: the T of `class Page<T> { List<T> items; }` in a field of type Page<Order>.
package earwitness;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

final class Types {
  private Types() {}

  /** The class of a type; of a parameter its bound. */
  static Class<?> classOf(Type type) {
    if (type instanceof Class) return (Class<?>) type;
    if (type instanceof ParameterizedType) return (Class<?>) ((ParameterizedType) type).getRawType();
    if (type instanceof WildcardType) return classOf(((WildcardType) type).getUpperBounds()[0]);
    if (type instanceof TypeVariable) return classOf(((TypeVariable<?>) type).getBounds()[0]);
    Class<?> item = classOf(((GenericArrayType) type).getGenericComponentType());
    return java.lang.reflect.Array.newInstance(item, 0).getClass();
  }

  /** The arguments that a type gives to a class or interface above it; null when it gives none. */
  static Type[] argumentsOf(Type type, Class<?> above) {
    if (classOf(type) == above) {
      return type instanceof ParameterizedType ? ((ParameterizedType) type).getActualTypeArguments() : null;
    }
    Class<?> own = classOf(type);
    Type parent = own.getGenericSuperclass();
    if (parent != null && above.isAssignableFrom(classOf(parent))) {
      return argumentsOf(resolve(parent, own, type), above);
    }
    for (Type each : own.getGenericInterfaces()) {
      if (above.isAssignableFrom(classOf(each))) return argumentsOf(resolve(each, own, type), above);
    }
    return null;
  }

  /** The argument of a collection or map, or Object. */
  static Type argumentOf(Type type, Class<?> above, int index) {
    Type[] arguments = argumentsOf(type, above);
    return arguments == null ? Object.class : arguments[index];
  }

  /** A type that stands in the class `place`, with its parameters replaced by what `owner`, of that class, says. */
  static Type resolve(Type type, Class<?> place, Type owner) {
    Type[] arguments = argumentsOf(owner, place);
    if (arguments == null) return type;
    Map<TypeVariable<?>, Type> known = new HashMap<>();
    TypeVariable<?>[] names = place.getTypeParameters();
    for (int index = 0; index < names.length; index++) known.put(names[index], arguments[index]);
    return replace(type, known);
  }

  private static Type replace(Type type, Map<TypeVariable<?>, Type> known) {
    if (type instanceof TypeVariable) return known.getOrDefault(type, type);
    if (type instanceof WildcardType) return replace(((WildcardType) type).getUpperBounds()[0], known);
    if (!(type instanceof ParameterizedType)) return type;
    Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
    Type[] replaced = Arrays.stream(arguments).map(each -> replace(each, known)).toArray(Type[]::new);
    return new Parameterized(classOf(type), replaced);
  }

  private static final class Parameterized implements ParameterizedType {
    private final Class<?> raw;
    private final Type[] arguments;

    Parameterized(Class<?> raw, Type[] arguments) {
      this.raw = raw;
      this.arguments = arguments;
    }

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.clone();
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public Type getOwnerType() {
      return raw.getDeclaringClass();
    }
  }
}
