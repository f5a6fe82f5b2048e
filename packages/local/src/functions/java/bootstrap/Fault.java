// Errors as Lambda's Java runtime answers them ({"errorMessage", "errorType", "stackTrace", "cause"}) and logs them.
// Frames of this bootstrap, and those by which it calls a handler, are left away.
// Source: aws-lambda-java-runtime-interface-client, UserFault and LambdaErrorConverter; the cause as java11 was
// recorded to write it (github.com/alexa/alexa-skills-kit-sdk-for-java/issues/208).
package earwitness;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The handler cannot be called, and Lambda says why. It is answered without a stack trace. */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final String OWN = "earwitness.";

  /** The class of the error behind it, or null. */
  private final String type;
  private final Throwable reason;

  Fault(String message, Throwable reason) {
    super(message);
    this.type = reason == null ? null : reason.getClass().getName();
    this.reason = reason;
  }

  byte[] toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("errorMessage", getMessage());
    if (type != null) json.put("errorType", type);
    return bytesOf(json);
  }

  String report() {
    return reason == null ? getMessage() + "\n" : getMessage() + ": " + type + "\n" + traceOf(reason) + "\n";
  }

  static byte[] toJson(Throwable error) {
    return error instanceof Fault ? ((Fault) error).toJson() : bytesOf(describe(error, newSet()));
  }

  static String report(Throwable error) {
    return error instanceof Fault ? ((Fault) error).report() : new Fault(messageOf(error), error).report();
  }

  private static Map<String, Object> describe(Throwable error, Set<Throwable> seen) {
    seen.add(error);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("errorMessage", messageOf(error));
    json.put("errorType", error.getClass().getName());
    List<Object> frames = new ArrayList<>();
    for (StackTraceElement frame : framesOf(error)) frames.add(frame.toString());
    json.put("stackTrace", frames);
    Throwable cause = error.getCause();
    if (cause != null && !seen.contains(cause)) json.put("cause", describe(cause, seen));
    return json;
  }

  static String messageOf(Throwable error) {
    return error.getLocalizedMessage() == null ? error.getClass().getName() : error.getLocalizedMessage();
  }

  private static String traceOf(Throwable error) {
    Set<Throwable> seen = newSet();
    for (Throwable each = error; each != null && seen.add(each); each = each.getCause()) {
      each.setStackTrace(framesOf(each));
    }
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  /** Leaves away, of an error that a method threw, the frames by which it was called. */
  static void hideReflection(Throwable error) {
    Set<Throwable> seen = newSet();
    for (Throwable each = error; each != null && seen.add(each); each = each.getCause()) {
      StackTraceElement[] frames = framesOf(each);
      int end = frames.length;
      while (end > 0 && frames[end - 1].getClassName().matches("(java|jdk|sun)\\..*reflect\\..*")) end--;
      each.setStackTrace(Arrays.copyOf(frames, end));
    }
  }

  private static StackTraceElement[] framesOf(Throwable error) {
    StackTraceElement[] frames = error.getStackTrace();
    int end = 0;
    while (end < frames.length && !frames[end].getClassName().startsWith(OWN)) end++;
    return Arrays.copyOf(frames, end);
  }

  private static Set<Throwable> newSet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static byte[] bytesOf(Object json) {
    return JsonWriter.write(json).getBytes(StandardCharsets.UTF_8);
  }
}
