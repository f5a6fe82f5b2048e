// The context of an invocation and its logger, as objects of the interfaces in the function's own aws-lambda-java-core.
// A function without that package has none.
// Source: aws-lambda-java-runtime-interface-client, LambdaContext, AbstractLambdaLogger, JsonLogFormatter.
package earwitness;

import earwitness.Json.JsonException;
import earwitness.RuntimeApi.Invocation;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

final class Contexts {
  private static final List<String> LEVELS = Arrays.asList("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");

  private final ClassLoader loader;
  private final Class<?> context;
  private final Logger logger = new Logger();
  private final Object loggerObject;
  private String requestId;

  Contexts(ClassLoader loader) {
    this.loader = loader;
    context = load("Context");
    loggerObject = proxy("LambdaLogger", (proxy, method, arguments) -> {
      if (arguments == null || !method.getName().equals("log")) return ofObject(proxy, method.getName(), arguments);
      logger.take(arguments[0], arguments.length > 1 ? String.valueOf(arguments[1]) : "UNDEFINED");
      return null;
    });
    setStaticLogger();
  }

  Logger logger() {
    return logger;
  }

  /** @return null for a function that knows no context */
  Object of(Invocation invocation) throws JsonException {
    requestId = invocation.requestId;
    if (context == null) return null;
    Object client = clientOf(invocation.clientContext);
    Object identity = identityOf(invocation.identity);
    return proxy("Context", (proxy, method, arguments) -> {
      switch (method.getName()) {
        case "getAwsRequestId":
          return invocation.requestId;
        case "getLogGroupName":
          return System.getenv("AWS_LAMBDA_LOG_GROUP_NAME");
        case "getLogStreamName":
          return System.getenv("AWS_LAMBDA_LOG_STREAM_NAME");
        case "getFunctionName":
          return System.getenv("AWS_LAMBDA_FUNCTION_NAME");
        case "getFunctionVersion":
          return System.getenv("AWS_LAMBDA_FUNCTION_VERSION");
        case "getInvokedFunctionArn":
          return invocation.functionArn;
        case "getIdentity":
          return identity;
        case "getClientContext":
          return client;
        case "getRemainingTimeInMillis":
          return (int) Math.max(invocation.deadlineMs - System.currentTimeMillis(), 0);
        case "getMemoryLimitInMB":
          return Integer.parseInt(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
        case "getLogger":
          return loggerObject;
        case "getXrayTraceId":
          return invocation.traceId;
        default:
          return ofObject(proxy, method.getName(), arguments);
      }
    });
  }

  /** `{"custom","env","client":{"installation_id", …}}` */
  private Object clientOf(String json) throws JsonException {
    if (json == null || json.isEmpty()) return null;
    Map<?, ?> parsed = mapOf(Json.read(json));
    Map<?, ?> client = mapOf(parsed.get("client"));
    Object clientObject = parsed.get("client") == null ? null : proxy("Client", (proxy, method, arguments) -> {
      String name = method.getName();
      if (!name.startsWith("get")) return ofObject(proxy, name, arguments);
      // getAppVersionName → app_version_name
      String key = name.substring(3).replaceAll("(.)([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
      return client.get(key);
    });
    return proxy("ClientContext", (proxy, method, arguments) -> {
      switch (method.getName()) {
        case "getClient":
          return clientObject;
        case "getCustom":
          return parsed.get("custom");
        case "getEnvironment":
          return parsed.get("env");
        default:
          return ofObject(proxy, method.getName(), arguments);
      }
    });
  }

  private Object identityOf(String json) throws JsonException {
    if (json == null || json.isEmpty()) return null;
    Map<?, ?> parsed = mapOf(Json.read(json));
    return proxy("CognitoIdentity", (proxy, method, arguments) -> {
      switch (method.getName()) {
        case "getIdentityId":
          return parsed.get("cognitoIdentityId");
        case "getIdentityPoolId":
          return parsed.get("cognitoIdentityPoolId");
        default:
          return ofObject(proxy, method.getName(), arguments);
      }
    });
  }

  private static Map<?, ?> mapOf(Object value) {
    return value instanceof Map ? (Map<?, ?>) value : new LinkedHashMap<>();
  }

  private Object proxy(String name, InvocationHandler handler) {
    Class<?> type = load(name);
    return type == null ? null : Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler);
  }

  /** What every object has; of anything else there is nothing. */
  private static Object ofObject(Object proxy, String method, Object[] arguments) {
    switch (method) {
      case "equals":
        return proxy == arguments[0];
      case "hashCode":
        return System.identityHashCode(proxy);
      case "toString":
        return proxy.getClass().getInterfaces()[0].getName();
      default:
        return null;
    }
  }

  private Class<?> load(String name) {
    try {
      return Class.forName(Handlers.CORE + name, false, loader);
    } catch (ClassNotFoundException error) {
      return null;
    }
  }

  /** LambdaRuntime.getLogger() is the same logger. */
  private void setStaticLogger() {
    try {
      Field field = Class.forName(Handlers.CORE + "LambdaRuntime", true, loader).getDeclaredField("logger");
      field.setAccessible(true);
      field.set(null, loggerObject);
    } catch (ReflectiveOperationException | RuntimeException error) {
      // It has a logger of its own, then.
    }
  }

  final class Logger {
    private final boolean isJson = "JSON".equalsIgnoreCase(System.getenv("AWS_LAMBDA_LOG_FORMAT"));
    private final int minimum = LEVELS.indexOf(System.getenv("AWS_LAMBDA_LOG_LEVEL"));
    private final DateTimeFormatter times =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** An error of the function. */
    void log(String message) {
      take(message, isJson ? "ERROR" : "UNDEFINED");
    }

    void take(Object message, String level) {
      if (!level.equals("UNDEFINED") && LEVELS.indexOf(level) < minimum) return;
      if (message instanceof byte[]) print(new String((byte[]) message, StandardCharsets.UTF_8));
      else if (isJson) print(jsonOf(String.valueOf(message), level));
      else print(level.equals("UNDEFINED") ? String.valueOf(message) : "[" + level + "] " + message);
    }

    private String jsonOf(String message, String level) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("timestamp", times.format(Instant.now()));
      line.put("message", message);
      line.put("level", level);
      line.put("AWSRequestId", requestId);
      return JsonWriter.write(line);
    }

    /** One event of the log, whatever lines it has: \r keeps them together until they are read. */
    private void print(String text) {
      System.out.print(text.replaceAll("\\r?\\n$", "").replaceAll("\\r?\\n", "\r") + "\n");
    }
  }
}
