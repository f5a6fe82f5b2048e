// Lambda's Runtime API over one connection. The JDK's own clients load hundreds of classes for what is three calls to
// a server on this machine.
// Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; RFC 9112.
package earwitness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

final class RuntimeApi {
  private static final String PREFIX = "/2018-06-01/runtime";

  private final String address;
  private final InputStream in;
  private final OutputStream out;

  /** @param address <code>127.0.0.1:PORT</code> */
  RuntimeApi(String address) throws IOException {
    this.address = address;
    int colon = address.lastIndexOf(':');
    Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = socket.getOutputStream();
  }

  /** Waits as long as there is none. */
  Invocation next() throws IOException {
    send("GET " + PREFIX + "/invocation/next", "", new byte[0]);
    Map<String, String> headers = new HashMap<>();
    byte[] event = receive(headers);
    return new Invocation(headers, event);
  }

  /** @param errorType of an error: Lambda's own name of it */
  void post(String path, byte[] body, String errorType) throws IOException {
    String more = "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n";
    if (errorType != null) more += "Lambda-Runtime-Function-Error-Type: " + errorType + "\r\n";
    send("POST " + PREFIX + path, more, body);
    receive(new HashMap<>());
  }

  private void send(String call, String headers, byte[] body) throws IOException {
    String head = call + " HTTP/1.1\r\nHost: " + address + "\r\n" + headers + "\r\n";
    ByteArrayOutputStream request = new ByteArrayOutputStream(head.length() + body.length);
    request.write(head.getBytes(StandardCharsets.ISO_8859_1));
    request.write(body);
    request.writeTo(out);
    out.flush();
  }

  private byte[] receive(Map<String, String> headers) throws IOException {
    readLine();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    if (!"chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      String length = headers.get("content-length");
      return readBytes(length == null ? 0 : Integer.parseInt(length));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(readLine().trim(), 16);
      body.write(readBytes(length));
      readLine();
      if (length == 0) return body.toByteArray();
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) throw new EOFException("The Runtime API is gone.");
      if (next != '\r') line.write(next);
    }
    return new String(line.toByteArray(), StandardCharsets.UTF_8);
  }

  private byte[] readBytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int read = 0; read < length; ) {
      int count = in.read(bytes, read, length - read);
      if (count < 0) throw new EOFException("The Runtime API is gone.");
      read += count;
    }
    return bytes;
  }

  static final class Invocation {
    final byte[] event;
    final String requestId;
    final long deadlineMs;
    final String functionArn;
    /** These three may be null. */
    final String traceId;
    /** JSON text. */
    final String clientContext;
    /** JSON text. */
    final String identity;

    Invocation(Map<String, String> headers, byte[] event) {
      this.event = event;
      requestId = headers.get("lambda-runtime-aws-request-id");
      deadlineMs = Long.parseLong(headers.get("lambda-runtime-deadline-ms"));
      functionArn = headers.get("lambda-runtime-invoked-function-arn");
      traceId = headers.get("lambda-runtime-trace-id");
      clientContext = headers.get("lambda-runtime-client-context");
      identity = headers.get("lambda-runtime-cognito-identity");
    }
  }
}
