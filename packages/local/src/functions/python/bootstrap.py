"""Runs a Lambda function in Python: asks the Lambda Runtime API for events, hands them to the handler, posts its
answers.

One process is one execution environment, with one invocation at a time. Only `Exception` is caught: `sys.exit` and its
like end the process, as they do in Lambda. Every cold start pays for what is imported here, so that is little, and
nothing but the standard library. Python 3.9 or later.
Long because a runtime of one file is one file to compile and to load.
Sources: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, .../python-handler.html, .../python-context.html,
.../python-exceptions.html, .../python-logging.html.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Any, NoReturn

    Handler = Callable[[Any, "LambdaContext"], Any]


class Fault(Exception):
    """What the runtime itself has to say of a function. Its type is one of Lambda's."""

    def __init__(self, kind: str, message: str, frames: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.kind = kind
        self.frames = list(frames)


# --- Where modules are found


def arrange_path() -> None:
    """The function's own code comes first, then layers, then what Lambda provides, then Python's own modules."""
    runtime = os.path.dirname(os.path.abspath(__file__))
    opt = os.environ.pop("EARWITNESS_OPT", "")
    version = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("_")[2]
    layers = [f"{opt}/python/lib/{version}/site-packages", f"{opt}/python"] if opt else []
    others = [folder for folder in sys.path if folder != runtime]
    sys.path[:] = [os.environ["LAMBDA_TASK_ROOT"], *layers, runtime, *others]


def find_handler(name: str) -> Handler:
    """Returns the function that `module.function` names; `/` in the module's name is as good as a dot."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    module = import_module(module_name)
    try:
        handler: Handler = getattr(module, function_name)
        return handler
    except AttributeError:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", message) from None


def import_module(name: str) -> Any:
    if name in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {name} as a handler module")
    try:
        return importlib.import_module(name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{name}': {error}") from None
    except SyntaxError as error:
        frame = f'  File "{show_path(error.filename or "")}" Line {error.lineno}\n    {error.text}'
        message = f"Syntax error in module '{name}': {error}"
        raise Fault("Runtime.UserCodeSyntaxError", message, [frame]) from None


# --- JSON


class Json:
    """JSON as Lambda's runtime for Python writes and reads it.

    It is not quite that of the module json: a Decimal is a number, a namedtuple an object, and bytes are text.
    """

    def __init__(self, execution_environment: str) -> None:
        version = execution_environment.rpartition("_python3.")[2]
        is_literal = version.isdigit() and int(version) >= 12
        self._quote = json.encoder.encode_basestring if is_literal else json.encoder.encode_basestring_ascii
        self._decode = json.JSONDecoder(parse_constant=refuse_constant).decode

    def decode(self, text: bytes) -> Any:
        return self._decode(text.decode())

    def encode(self, value: object) -> str:
        parts: list[str] = []
        self._write(value, parts.append, set())
        return "".join(parts)

    def _write(self, value: object, add: Callable[[str], None], around: set[int]) -> None:
        if isinstance(value, str):
            add(self._quote(value))
        elif value is None:
            add("null")
        elif value is True:
            add("true")
        elif value is False:
            add("false")
        elif isinstance(value, int):
            add(int.__repr__(value))
        elif isinstance(value, float):
            add(write_float(value))
        elif isinstance(value, bytes):
            add(self._quote(value.decode()))
        elif isinstance(value, (dict, list, tuple)):
            self._write_container(value, add, around)
        elif is_decimal(value):
            add(str(value))
        else:
            raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

    def _write_container(self, value: Any, add: Callable[[str], None], around: set[int]) -> None:
        if id(value) in around:
            raise ValueError("Circular reference detected")
        around.add(id(value))
        if isinstance(value, dict):
            self._write_object(value, add, around)
        elif isinstance(value, tuple) and hasattr(value, "_asdict"):
            self._write_object(value._asdict(), add, around)
        else:
            self._write_array(value, add, around)
        around.remove(id(value))

    def _write_object(self, value: dict[object, object], add: Callable[[str], None], around: set[int]) -> None:
        separator = "{"
        for key, member in value.items():
            add(separator)
            add(self._quote(name_of(key)))
            add(": ")
            self._write(member, add, around)
            separator = ", "
        add("}" if value else "{}")

    def _write_array(self, value: Iterable[object], add: Callable[[str], None], around: set[int]) -> None:
        separator = "["
        for item in value:
            add(separator)
            self._write(item, add, around)
            separator = ", "
        add("]" if value else "[]")


def name_of(key: object) -> str:
    """Returns the key of a dictionary as the name of a member."""
    if isinstance(key, str):
        return key
    if isinstance(key, bytes):
        return key.decode()
    if key is None or key is True or key is False:
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, int):
        return int.__repr__(key)
    if isinstance(key, float):
        return write_float(key)
    if is_decimal(key):
        return str(key)
    raise TypeError(f"keys must be str, int, float, bool or None, not {type(key).__name__}")


def write_float(value: float) -> str:
    """Returns `NaN` and `Infinity` too: they are no JSON, and Lambda sends them."""
    text = float.__repr__(value)
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text, text)


def is_decimal(value: object) -> bool:
    # Where nobody has imported the module, there is no Decimal.
    decimal = sys.modules.get("decimal")
    return decimal is not None and isinstance(value, decimal.Decimal)


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"Out of range float values are not JSON compliant: {name}")


# --- The Runtime API


class Invocation:
    """What the Runtime API says of one invocation. Names of headers are in small letters."""

    def __init__(self, headers: dict[str, str], event: bytes) -> None:
        self.request_id = headers["lambda-runtime-aws-request-id"]
        self.event = event
        self.headers = headers


class RuntimeApi:
    """The Lambda Runtime API, over one connection that stays open.

    By hand, because http.client imports ssl and email, which take longer to load than all of this runtime.
    """

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._address = address
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = self._socket.makefile("rb")

    def next(self) -> Invocation:
        """Waits for the next invocation, however long that takes."""
        status, headers, event = self._call("GET", "/runtime/invocation/next")
        if status != 200:
            raise RuntimeError(f"The Runtime API has no next invocation: HTTP {status}")
        return Invocation(headers, event)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """Returns the HTTP status: 202 when the Runtime API takes it, 413 when the body has too many bytes."""
        status, _, _ = self._call("POST", path, body, headers)
        return status

    def _call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        lines = [f"{method} /2018-06-01{path} HTTP/1.1", f"Host: {self._address}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode(errors="replace") + body)
        return self._read_answer()

    def _read_answer(self) -> tuple[int, dict[str, str], bytes]:
        status = int(self._read_line().split(" ", 2)[1])
        headers: dict[str, str] = {}
        while line := self._read_line():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, self._read_chunks()
        return status, headers, self._reader.read(int(headers.get("content-length", 0)))

    def _read_chunks(self) -> bytes:
        body = b""
        while size := int(self._read_line(), 16):
            body += self._reader.read(size)
            self._read_line()
        self._read_line()
        return body

    def _read_line(self) -> str:
        line = self._reader.readline()
        if not line:
            raise ConnectionError("The Runtime API is gone")
        return line.rstrip(b"\r\n").decode(errors="replace")


# --- The context of an invocation


class Shown:
    def __repr__(self) -> str:
        members = ",".join(f"{name}={value}" for name, value in vars(self).items() if not name.startswith("_"))
        return f"{type(self).__name__}([{members}])"


class ClientContext(Shown):
    """What a mobile application says of itself. What it does not say is `None`."""

    def __init__(self, members: dict[str, Any]) -> None:
        self.custom = members.get("custom")
        self.env = members.get("env")
        client = members.get("client")
        self.client = None if client is None else Client(client)


class Client(Shown):
    def __init__(self, members: dict[str, Any]) -> None:
        self.installation_id = members.get("installation_id")
        self.app_title = members.get("app_title")
        self.app_version_name = members.get("app_version_name")
        self.app_version_code = members.get("app_version_code")
        self.app_package_name = members.get("app_package_name")


class CognitoIdentity(Shown):
    def __init__(self, members: dict[str, Any]) -> None:
        self.cognito_identity_id = members.get("cognitoIdentityId")
        self.cognito_identity_pool_id = members.get("cognitoIdentityPoolId")


class LambdaContext(Shown):
    """The second argument of a handler."""

    def __init__(self, invocation: Invocation, logs: Logs) -> None:
        headers = invocation.headers
        self.aws_request_id = invocation.request_id
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        client_context = parse_header(headers, "lambda-runtime-client-context", "Client Context")
        self.client_context = None if client_context is None else ClientContext(client_context)
        self.identity = CognitoIdentity(
            parse_header(headers, "lambda-runtime-cognito-identity", "Cognito Identity") or {}
        )
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])
        self._logs = logs

    def get_remaining_time_in_millis(self) -> int:
        return max(int(self._deadline_ms - time.time() * 1000), 0)

    def log(self, message: object) -> None:
        self._logs.write(str(message))


def parse_header(headers: dict[str, str], name: str, title: str) -> dict[str, Any] | None:
    text = headers.get(name)
    if text is None:
        return None
    try:
        value = json.loads(text)
        if not isinstance(value, dict):
            raise ValueError("it is no object")
        return value
    except ValueError as error:
        message = f"Unable to parse {title} JSON: {error}"
        raise Fault("Runtime.LambdaContextUnmarshalError", message) from None


# --- Logs


class Logs:
    """What CloudWatch Logs gets. A text with several lines is one event: its lines are kept together by `\\r`."""

    def __init__(self, text: Json) -> None:
        self._json = text
        # Not looked up each time: what a handler does to sys.stdout concerns its prints only.
        self._stream = sys.stdout
        self.is_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
        self.request_id = ""

    def install(self) -> None:
        """The root logger gets a handler, after which `logging.basicConfig` does nothing."""
        handler = LogHandler(self)
        handler.setFormatter(JsonFormatter(self, self._json) if self.is_json else create_text_formatter())
        root = logging.getLogger()
        root.addHandler(handler)
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL")
        if level:
            root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))

    def write(self, text: str) -> None:
        self._stream.write(text.rstrip("\n").replace("\n", "\r") + "\n")

    def write_error(self, error: dict[str, Any]) -> None:
        """An error that nobody caught, as `describe_error` returns it."""
        if self.is_json:
            timestamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            self.write(self._json.encode({"timestamp": timestamp, "log_level": "ERROR", **error}))
            return
        lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}", "Traceback (most recent call last):"]
        lines += [line for frame in error["stackTrace"] for line in frame.rstrip("\n").split("\n")]
        # Spaces at the start of a line would be lost in the console of CloudWatch Logs.
        self.write("\n".join(indent_for_good(line) for line in lines))


def indent_for_good(line: str) -> str:
    text = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(text)) + text


class LogHandler(logging.Handler):
    def __init__(self, logs: Logs) -> None:
        super().__init__()
        self._logs = logs

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = self._logs.request_id
        try:
            self._logs.write(self.format(record))
        except Exception:  # as every handler of the module logging does
            self.handleError(record)


def create_text_formatter() -> logging.Formatter:
    line = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    formatter = logging.Formatter(line, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    return formatter


class JsonFormatter(logging.Formatter):
    """A record as an object: what every record has, its error, and what the caller gave as `extra`."""

    _KNOWN = {*vars(logging.makeLogRecord({})), "aws_request_id", "asctime", "message"}

    def __init__(self, logs: Logs, text: Json) -> None:
        super().__init__()
        self._logs = logs
        self._json = text

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        kind, error, trace = record.exc_info or (None, None, None)
        if kind is not None:
            entry.update(stackTrace=frames_of(trace), errorType=kind.__name__, errorMessage=str(error))
        if self._logs.request_id:
            entry["requestId"] = self._logs.request_id
        if kind is not None:
            entry["location"] = f"{show_path(record.pathname)}:{record.funcName}:{record.lineno}"
        entry.update((name, value) for name, value in vars(record).items() if name not in self._KNOWN)
        return self._json.encode({name: self._serialisable(value) for name, value in entry.items()})

    def _serialisable(self, value: object) -> object:
        try:
            self._json.encode(value)
            return value
        except (TypeError, ValueError):
            return str(value)


# --- Errors


def describe_error(error: Exception, request_id: str) -> dict[str, Any]:
    """Returns the error as Lambda answers it."""
    if isinstance(error, Fault):
        kind, frames = error.kind, error.frames
    else:
        kind, frames = type(error).__name__, frames_of(error.__traceback__)
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": frames}


def frames_of(trace: TracebackType | None) -> list[str]:
    """Returns a text for each frame, from the first one that is not of this file."""
    own = frames_of.__code__.co_filename
    while trace is not None and trace.tb_frame.f_code.co_filename == own:
        trace = trace.tb_next
    # As tuples they have lost their columns: Lambda marks no part of a line with ^^^^.
    frames = [(show_path(file), line, name, text) for file, line, name, text in traceback.extract_tb(trace)]
    return traceback.format_list(frames)


def show_path(path: str) -> str:
    """Returns a path as Lambda shows it, where the function's code was unpacked into a folder of the cloud."""
    root = os.environ["LAMBDA_TASK_ROOT"]
    return SHOWN_ROOT + path[len(root) :] if SHOWN_ROOT and path.startswith(root) else path


SHOWN_ROOT = os.environ.pop("EARWITNESS_SHOWN_ROOT", "")


# --- Life of the environment


class Environment:
    def __init__(self) -> None:
        self.json = Json(os.environ.get("AWS_EXECUTION_ENV", ""))
        self.logs = Logs(self.json)
        self.api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
        self.pid = os.getpid()

    def initialise(self) -> Handler:
        """Loads the function. What fails is told to the Runtime API, and ends the process."""
        self.logs.install()
        try:
            handler = find_handler(os.environ["_HANDLER"])
            if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
                run_snapshot_hooks()
            return handler
        except Exception as error:  # whatever a function does when it is loaded
            logging.warning(
                "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code."
            )
            self._post_error("/runtime/init/error", error)
            sys.exit(1)

    def serve(self, invocation: Invocation, handler: Handler) -> None:
        """Runs one invocation and posts how it went, after everything that it printed."""
        path = f"/runtime/invocation/{invocation.request_id}"
        self.logs.request_id = invocation.request_id
        set_trace_id(invocation.headers.get("lambda-runtime-trace-id"))
        try:
            body, content_type = self._run(invocation, handler)
        except Exception as error:  # whatever a handler raises
            self._post_error(f"{path}/error", error)
            return
        self._post(f"{path}/response", body, {"Content-Type": content_type})

    def _run(self, invocation: Invocation, handler: Handler) -> tuple[bytes, str]:
        try:
            event = self.json.decode(invocation.event)
        except ValueError as error:
            raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
        result = handler(event, LambdaContext(invocation, self.logs))
        if isinstance(result, bytes):
            return result, "application/unknown"
        try:
            return self.json.encode(result).encode(), "application/json"
        except Exception as error:  # a namedtuple's or a dictionary's own methods may raise anything
            raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None

    def _post_error(self, path: str, error: Exception) -> None:
        described = describe_error(error, self.logs.request_id)
        self.logs.write_error(described)
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Function-Error-Type": described["errorType"],
        }
        self._post(path, self.json.encode(described).encode(errors="replace"), headers)

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        flush_output()
        # A process that a handler forked and that came back from it is no environment: the answer is its parent's.
        if os.getpid() != self.pid:
            os._exit(0)
        status = self.api.post(path, body, headers)
        if status >= 400:
            kind = path.rpartition("/")[2]
            self.logs.write(f"LAMBDA_RUNTIME Failed to post handler {kind}. Http response code: {status}.")


def set_trace_id(trace_id: str | None) -> None:
    if trace_id is None:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    else:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id


def run_snapshot_hooks() -> None:
    """There is no snapshot here: an environment that Lambda would restore from one goes on where it is."""
    from snapshot_restore_py import get_after_restore, get_before_snapshot

    for function, arguments, named in reversed(get_before_snapshot()):
        function(*arguments, **named)
    for function, arguments, named in get_after_restore():
        function(*arguments, **named)


def prepare_output() -> None:
    """A line is read as soon as it is printed."""
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors=errors, line_buffering=True)


def flush_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # a handler may have closed or replaced it
            pass


def main() -> None:
    prepare_output()
    arrange_path()
    environment = Environment()
    handler = environment.initialise()
    while True:
        environment.serve(environment.api.next(), handler)


if __name__ == "__main__":
    main()
