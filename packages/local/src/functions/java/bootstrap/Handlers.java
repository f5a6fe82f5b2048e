// Finds what a handler's name means: `example.Handler::method`, or `example.Handler`, a class that implements
// RequestHandler or RequestStreamHandler. Those are interfaces of aws-lambda-java-core, which is among the function's
// own classes; a method needs neither.
// Source: aws-lambda-java-runtime-interface-client, EventHandlerLoader and HandlerInfo: rules, order and sentences.
package earwitness;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

final class Handlers {
  static final String CORE = "com.amazonaws.services.lambda.runtime.";
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  /** What a function's code is called by. */
  interface Handler {
    /** @param event JSON text, in UTF-8; the answer is that, too */
    byte[] call(byte[] event, Object context) throws Throwable;
  }

  private Handlers() {}

  /**
   * What is wrong with a handler's form is told at each invocation, as Lambda does.
   * @throws Fault when its class or its constructor failed
   */
  static Handler find(String name, ClassLoader loader) {
    int colons = name.lastIndexOf("::");
    String className = colons < 0 ? name : name.substring(0, colons);
    String method = colons < 0 ? null : name.substring(colons + 2);
    if (className.isEmpty() || (method != null && method.isEmpty())) {
      return failing(new Fault("Invalid handler: `" + name + "'", null));
    }
    Class<?> type;
    try {
      type = Class.forName(className, true, loader);
    } catch (ClassNotFoundException error) {
      return failing(new Fault("Class not found: " + className, error));
    } catch (Throwable error) {
      String more = error.getMessage() == null ? "" : ": " + error.getMessage();
      Fault fault = new Fault("Error loading class " + className + more, error);
      if (error instanceof NoClassDefFoundError) return failing(fault);
      throw fault;
    }
    try {
      return method == null ? ofInterface(type, loader) : ofMethod(type, method, loader);
    } catch (Unusable unusable) {
      return failing(unusable.fault);
    }
  }

  private static Handler failing(Fault fault) {
    return (event, context) -> {
      throw fault;
    };
  }

  private static Handler ofInterface(Class<?> type, ClassLoader loader) throws Unusable {
    Class<?> streams = load(CORE + "RequestStreamHandler", loader);
    if (streams != null && streams.isAssignableFrom(type)) {
      return stream(new Caller(streams.getMethods()[0], create(type), true), "ioc");
    }
    Class<?> objects = load(CORE + "RequestHandler", loader);
    if (objects == null || !objects.isAssignableFrom(type)) {
      throw new Unusable("Class does not implement an appropriate handler interface: " + type.getName(), null);
    }
    Type[] types = Types.argumentsOf(type, objects);
    if (types == null) {
      String message = "Class " + type.getName() + " does not implement RequestHandler with concrete type parameters";
      throw new Unusable(message, null);
    }
    return objects(new Caller(objects.getMethods()[0], create(type), true), types[0], true);
  }

  private static Handler ofMethod(Class<?> type, String name, ClassLoader loader) throws Unusable {
    Class<?> context = load(CORE + "Context", loader);
    List<Method> methods = new ArrayList<>();
    for (Method method : type.getMethods()) if (method.getName().equals(name)) methods.add(method);
    // The longest first, one that takes the context before others; bridges of generic methods last.
    methods.sort((one, other) -> rankOf(other, context) - rankOf(one, context));
    for (Method method : methods) {
      String form = formOf(method, context);
      if (form == null) {
        System.err.println("Ignoring " + method + ": it takes none of the arguments that a handler takes");
        continue;
      }
      boolean isStatic = Modifier.isStatic(method.getModifiers());
      Caller caller = new Caller(method, isStatic ? null : create(type), false);
      if (form.contains("i") || form.contains("o")) return stream(caller, form);
      boolean hasInput = form.contains("e");
      return objects(caller, hasInput ? method.getGenericParameterTypes()[0] : null, form.endsWith("c"));
    }
    String problem = " with appropriate method signature found on class ";
    throw new Unusable("No public method named " + name + problem + type.getName(), null);
  }

  private static int rankOf(Method method, Class<?> context) {
    Class<?>[] types = method.getParameterTypes();
    boolean hasContext = types.length > 0 && types[types.length - 1] == context;
    return (method.isBridge() ? 0 : 100) + types.length + (hasContext ? 1 : 0);
  }

  /** A letter for each argument: i(nput stream), o(utput stream), e(vent), c(ontext); null for a wrong row of them. */
  private static String formOf(Method method, Class<?> context) {
    StringBuilder form = new StringBuilder();
    for (Class<?> type : method.getParameterTypes()) {
      form.append(type == InputStream.class ? 'i' : type == OutputStream.class ? 'o' : type == context ? 'c' : 'e');
    }
    return form.toString().matches("|e?c?|i?o?c?") ? form.toString() : null;
  }

  private static Handler stream(Caller caller, String form) {
    return (event, context) -> {
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      Object[] arguments = new Object[form.length()];
      for (int index = 0; index < arguments.length; index++) {
        char letter = form.charAt(index);
        arguments[index] = letter == 'i' ? new ByteArrayInputStream(event) : letter == 'o' ? output : context;
      }
      caller.call(arguments);
      return form.contains("o") ? output.toByteArray() : NULL;
    };
  }

  private static Handler objects(Caller caller, Type input, boolean hasContext) {
    return (event, context) -> {
      List<Object> arguments = new ArrayList<>();
      if (input != null) arguments.add(read(event, input));
      if (hasContext) arguments.add(context);
      Object result = caller.call(arguments.toArray());
      try {
        return JsonWriter.write(result).getBytes(StandardCharsets.UTF_8);
      } catch (Throwable error) {
        throw new RuntimeException("An error occurred during JSON serialization of response", error);
      }
    };
  }

  private static Object read(byte[] event, Type type) {
    if (type == Void.class) return null;
    try {
      return Binding.bind(Json.read(new String(event, StandardCharsets.UTF_8)), type);
    } catch (Json.JsonException error) {
      throw new RuntimeException("An error occurred during JSON parsing", new UncheckedIOException(error));
    } catch (Throwable error) {
      throw new RuntimeException("An error occurred during JSON parsing", error);
    }
  }

  /** @throws Fault with what the constructor threw */
  private static Object create(Class<?> type) throws Unusable {
    try {
      return type.getConstructor().newInstance();
    } catch (InvocationTargetException error) {
      Throwable cause = error.getCause();
      throw new Fault(Fault.messageOf(cause), cause);
    } catch (NoSuchMethodException error) {
      boolean isInner = type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
      String message = "Class " + type.getName() + (isInner
          ? " cannot be instantiated because it is a non-static inner class"
          : " has no public zero-argument constructor");
      throw new Unusable(message, new Exception(message, isInner ? null : error));
    } catch (ReflectiveOperationException error) {
      throw new Unusable(error.toString(), error);
    }
  }

  private static Class<?> load(String name, ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException error) {
      return null;
    }
  }

  /** A method that Lambda would call directly is one of an interface; others it calls by reflection, too. */
  private static final class Caller {
    private final Method method;
    private final Object instance;
    private final boolean isInterface;

    Caller(Method method, Object instance, boolean isInterface) {
      this.method = method;
      this.instance = instance;
      this.isInterface = isInterface;
      method.setAccessible(true);
    }

    Object call(Object[] arguments) throws Throwable {
      try {
        return method.invoke(instance, arguments);
      } catch (InvocationTargetException error) {
        if (isInterface) Fault.hideReflection(error.getCause());
        throw error.getCause();
      }
    }
  }

  /** A handler that is told to be wrong when it is invoked. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;
    final transient Fault fault;

    Unusable(String message, Throwable reason) {
      fault = new Fault(message, reason);
    }
  }
}
