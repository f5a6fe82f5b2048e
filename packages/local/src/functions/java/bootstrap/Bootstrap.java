// Runs functions in Java as Lambda's runtime does: finds the handler, asks the Runtime API for one invocation after the
// other, and posts what the handler returned or threw. It needs nothing but a JDK; all that is the function's own is
// found on the function's own class path.
// Source: aws-lambda-java-runtime-interface-client, AWSLambda and CustomerClassLoader.
package earwitness;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class Bootstrap {
  /** The system property by which AWS's X-Ray SDK finds the trace of the invocation. */
  private static final String TRACE_PROPERTY = "com.amazonaws.xray.traceHeader";

  /** @param folders the task root, then the folders of layers */
  public static void main(String[] folders) throws Exception {
    System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8"));
    System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, "UTF-8"));
    RuntimeApi api = new RuntimeApi(System.getenv("AWS_LAMBDA_RUNTIME_API"));
    ClassLoader loader = new URLClassLoader(classPath(folders), ClassLoader.getSystemClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    Contexts contexts = new Contexts(loader);
    Handlers.Handler handler;
    try {
      handler = Handlers.find(System.getenv("_HANDLER"), loader);
    } catch (Fault fault) {
      contexts.logger().log(fault.report());
      api.post("/init/error", fault.toJson(), "Runtime.BadFunctionCode");
      System.exit(1);
      return;
    }
    while (true) serve(api, handler, contexts);
  }

  private static void serve(RuntimeApi api, Handlers.Handler handler, Contexts contexts) throws Exception {
    RuntimeApi.Invocation invocation = api.next();
    String path = "/invocation/" + invocation.requestId;
    if (invocation.traceId == null) System.clearProperty(TRACE_PROPERTY);
    else System.setProperty(TRACE_PROPERTY, invocation.traceId);
    byte[] answer;
    try {
      answer = handler.call(invocation.event, contexts.of(invocation));
    } catch (Throwable error) {
      contexts.logger().log(Fault.report(error));
      String type = error instanceof Fault ? "Runtime.BadFunctionCode" : "Runtime.UserException";
      api.post(path + "/error", Fault.toJson(error), type);
      return;
    } finally {
      System.out.flush();
      System.err.flush();
      // The handler's interrupt is not the next invocation's.
      Thread.interrupted();
    }
    api.post(path + "/response", answer, null);
  }

  private static URL[] classPath(String[] folders) throws Exception {
    List<URL> urls = new ArrayList<>();
    urls.add(new File(folders[0]).toURI().toURL());
    addJars(new File(folders[0], "lib"), urls);
    for (int index = 1; index < folders.length; index++) addJars(new File(folders[index], "java/lib"), urls);
    return urls.toArray(new URL[0]);
  }

  /** By name, so that the order is the same on every machine. */
  private static void addJars(File folder, List<URL> urls) throws Exception {
    File[] files = folder.listFiles((parent, name) -> name.endsWith(".jar"));
    if (files == null) return;
    Arrays.sort(files);
    for (File file : files) urls.add(file.toURI().toURL());
  }
}
