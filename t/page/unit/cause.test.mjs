// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { causeOf, splitFrames } from "../../../ngx_rackscope_logs/page/cause.js";

const data = (name) => JSON.parse(readFileSync(
    new URL(`../../data/${name}`, import.meta.url), "utf8"));

const { cases } = data("text/multiline.json");

// What a record keeps of a case as its exception: all but the first line.

function exceptionOf(name) {
    const { text, expect } = cases.find((one) => one.name === name);
    const lines = text.split("\n");
    const end = lines.findLastIndex((line) =>
        line.includes(expect.at(-1)[1].trim()));

    return lines.slice(1, end > 0 ? end : undefined).join("\n");
}

test("the cause of what the module makes of plain text", () => {
    const causes = {
        "java: message over two lines":
            "java.sql.SQLException: could not parse query; SQL statement: "
            + "select fail10 [42001-197]",
        "java: root cause first": "java.io.IOException: disk",
        "java: suppressed and caused": "java.io.IOException: z",
        "java: blank line before the exception":
            "java.lang.reflect.InvocationTargetException: null",
        "java: dropwizard": "java.io.IOException: y",
        "python: pydantic message":
            "pydantic.ValidationError: 2 validation errors for Item",
        "python: notes": "ValueError: bad",
        "python: loguru": "ZeroDivisionError: division by zero",
        "python: exception group":
            "ExceptionGroup: eg (2 sub-exceptions): ValueError: a; "
            + "KeyError: 'b'",
        "python: celery": "ZeroDivisionError: x",
        "node: cause": "Error: inner",
        "node: axios, fields to the left edge":
            "AxiosError: Request failed with status code 500",
        "node: prisma, blank lines in the message":
            "PrismaClientKnownRequestError: Unique constraint failed on the "
            + "fields: (`email`)",
        "rust: panic": "index out of bounds: the len is 3 but the index is 7",
        "rust: anyhow": "No such file (os error 2)",
        ".net: console logger": "System.Exception: inner",
        ".net: after a log line": "System.Exception: inner",
        "elixir: genserver": "** (RuntimeError) boom",
        // the first line, which is the message, says it
        "go: panic through panic()": "",
        "php: fatal": "",
        "ruby: uncaught": "",
        // no traceback
        "postgres: statement and tabs": "",
    };

    for (const [name, cause] of Object.entries(causes)) {
        assert.equal(causeOf(exceptionOf(name)), cause, name);
    }
});

test("the cause where the exception has all of it", () => {
    const causes = [
        ["panic: a [recovered]\n\tpanic: b\n\ngoroutine 1 [running]:\n"
            + "main.main()\n\t/a/main.go:8 +0x1d\nexit status 2", "panic: b"],
        ["fatal error: all goroutines are asleep - deadlock!\n\n"
            + "goroutine 1 [chan receive]:\nmain.main()\n\t/a/main.go:8",
        "fatal error: all goroutines are asleep - deadlock!"],
        ["open x: no such file\nmain.load\n\t/a/main.go:3\nmain.main\n"
            + "\t/a/main.go:9", "open x: no such file"],
        ["main.main\n\t/a/main.go:20\nruntime.main\n"
            + "\t/usr/lib/go-1.19/src/runtime/proc.go:250", ""],
        ["/app/x.js:3\n  throw new TypeError('x');\n  ^\n\n"
            + "TypeError [ERR_X]: bad\nsecond line\n    at f (/app/x.js:3:11)",
        "TypeError [ERR_X]: bad"],
        ["Error: outer\n    at f (/app/x.js:3:11)\n"
            + "caused by: Error: inner\n    at g (/app/x.js:9:1)",
        "Error: inner"],
        ["PHP Fatal error:  Uncaught PDOException: gone in /a.php:3\n"
            + "Stack trace:\n#0 {main}\n\n"
            + "Next RuntimeException: boom in /a.php:5\nStack trace:\n"
            + "#0 /a.php(7): f()\n#1 {main}\n  thrown in /a.php on line 5",
        "RuntimeException: boom in /a.php:5"],
        ["PHP Fatal error:  Uncaught PDOException: gone in /a.php:3\n"
            + "Stack trace:\n#0 {main}", "PDOException: gone in /a.php:3"],
        ["[object] (LogicException(code: 0): a at /a/x.php:9)\n"
            + "[stacktrace]\n#0 /a/x.php(7): f()\n\n[previous exception] "
            + "[object] (RuntimeException(code: 0): boom at /a/x.php:3)\n"
            + "[stacktrace]\n#0 /a/x.php(7): f()",
        "[object] (RuntimeException(code: 0): boom at /a/x.php:3)"],
        ["app.rb:3:in `f': boom (RuntimeError)\n\tfrom app.rb:7:in `<main>'\n"
            + "app.rb:2:in `g': key not found: :x (KeyError)\n"
            + "\tfrom app.rb:3:in `f'", "key not found: :x (KeyError)"],
        ["ActiveRecord::RecordNotFound (Couldn't find Order):\n  \n"
            + "app/orders.rb:3:in `show'",
        "ActiveRecord::RecordNotFound (Couldn't find Order):"],
        ["Unhandled exception. System.Exception: outer ---> "
            + "System.IO.IOException: inner\n   at A.B()",
        "System.IO.IOException: inner"],
        ["thread 'main' panicked at src/main.rs:2:5:\nno entry\n"
            + "stack backtrace:\n   0: rust_begin_unwind", "no entry"],
        ["** (EXIT from #PID<0.1.0>) an exception was raised:\n"
            + "    ** (KeyError) key :x not found\n"
            + "        (app 0.1.0) lib/x.ex:3: X.f/1",
        "** (KeyError) key :x not found"],
        ["==1==ERROR: AddressSanitizer: heap-use-after-free on 0x1\n"
            + "    #0 0x2 in f /src/x.c:10\n\n"
            + "SUMMARY: AddressSanitizer: heap-use-after-free x.c:10 in f",
        "AddressSanitizer: heap-use-after-free x.c:10 in f"],
        ["=====\n==1==ERROR: AddressSanitizer: SEGV on 0x0\n"
            + "    #0 0x2 in f /src/x.c:10",
        "AddressSanitizer: SEGV on 0x0"],
        ["Exception in thread \"main\" java.lang.Error: a\n\tat A.b(A.java:1)",
            "java.lang.Error: a"],
        ["java.lang.Error: a\n\tat A.b(A.java:1)\n"
            + "Caused by: java.io.IOException: b\n\tat A.c(A.java:2)\n"
            + "Caused by: [CIRCULAR REFERENCE: java.lang.Error: a]",
        "java.io.IOException: b"],
        // of Spark: what Java says is later, and the root
        ["Traceback (most recent call last):\n  File \"/x.py\", line 1\n"
            + "Py4JJavaError: An error occurred while calling o1.x.\n"
            + ": java.lang.Error: a\n\tat A.b(A.java:1)\n"
            + "Caused by: java.net.ConnectException: refused\n"
            + "\tat A.c(A.java:2)", "java.net.ConnectException: refused"],
        ["connection refused", "connection refused"],
        ["", ""],
        ["name: x\n  value: y\nother: z", ""],
        ["x\nValueError: no frames\ny", "ValueError: no frames"],
    ];

    for (const [text, cause] of causes) {
        assert.equal(causeOf(text), cause, text);
    }
});

test("of exceptions of Python that follow each other the last one", () => {
    const one = (name) => "Traceback (most recent call last):\n"
        + `  File "/x.py", line 1, in f\n    f()\n    ~^^\n${name}\n`;

    assert.equal(causeOf(`${one("KeyError: 'a'")}\nDuring handling of the above`
        + ` exception, another exception occurred:\n\n${one("AppError")}`),
    "AppError");
    assert.equal(causeOf(`${one("KeyError: 'a'")}\nThe above exception was the`
        + ` direct cause of the following exception:\n\n${one("b.E: x")}note`),
    "b.E: x");

    // what a program has written of itself has no first line
    assert.equal(causeOf("  File \"/x.py\", line 1\n    f()\nE: y"), "E: y");
    // cut to fit before its last line
    assert.equal(causeOf(`${one("KeyError: 'a'")}\nDuring handling of the above`
        + " exception, another exception occurred:\n\nTraceback (most recent "
        + "call last):\n  File \"/x … [9 bytes cut]"), "KeyError: 'a'");
});

test("a group of one exception is that exception", () => {
    assert.equal(causeOf("  + Exception Group Traceback (most recent call "
        + "last):\n  |   File \"/x.py\", line 1\n"
        + "  | ExceptionGroup: outer (1 sub-exception)\n"
        + "  +-+---------------- 1 ----------------\n"
        + "    | Exception Group Traceback (most recent call last):\n"
        + "    |   File \"/x.py\", line 2\n"
        + "    | ExceptionGroup: inner (1 sub-exception)\n"
        + "    +-+---------------- 1 ----------------\n"
        + "      | Traceback (most recent call last):\n"
        + "      |   File \"/x.py\", line 3\n      | ValueError: a\n"
        + "      | \n      | During handling of the above exception, another "
        + "exception occurred:\n      | \n"
        + "      | Traceback (most recent call last):\n"
        + "      |   File \"/x.py\", line 3\n      | OSError: b\n"
        + "      +------------------------------------\n"), "OSError: b");
});

test("a real backend: the cause is the last line of 140", () => {
    const { records } = data("rackscope-api-logs.json");
    const real = records.filter(({ exception }) => exception);

    assert.ok(real.length > 5);

    for (const { exception } of real) {
        assert.equal(causeOf(exception), exception.trimEnd().split("\n").at(-1));
    }
});

test("colours are no part of it, and a long one is cut", () => {
    assert.equal(causeOf("Traceback (most recent call last):\n"
        + "  File \x1b[35m\"/x.py\"\x1b[0m, line \x1b[35m1\x1b[0m\n"
        + "\x1b[1;35mKeyError\x1b[0m: \x1b[35m'x'\x1b[0m"), "KeyError: 'x'");
    assert.equal(causeOf(`E: ${"x".repeat(9000)}`).length, 501);
});

test("any text takes little time", () => {
    for (const part of ["a:1:in `", "Caused by: ", "at ", "[object] (", " ",
        "Exception in thread \"", "Uncaught ", "1: ", "  | ", "! ", "A.", "::",
        "(a 1", "\n", "\n  +-+- 1 -\n  | a", "==1", "go/", "/go /src/", "\t"]) {
        const text = part.repeat(16384 / part.length);
        const start = process.hrtime.bigint();

        causeOf(text);
        splitFrames(text);
        assert.ok(process.hrtime.bigint() - start < 2_000_000_000n, part);
    }
});

const shown = (text) => splitFrames(text).map(({ text: part, frames }) =>
    (frames ? frames : part.split("\n").map((line) => line.trim())));

test("frames of libraries are apart from the program's own", () => {
    const traces = {
        python: ["Traceback (most recent call last):", "  File \"/app/a.py\", "
            + "line 1, in f", "    f()", "    ~^^",
        "  File \"/usr/lib/python3.13/x.py\", line 2, in g", "    g(",
        "    )", "  [Previous line repeated 9 more times]",
        "  File \"<frozen importlib>\", line 3, in h",
        "  File \"/venv/lib/python3.12/site-packages/y.py\", line 3", "    h()",
        "KeyError: 'x'"],
        java: ["java.lang.Error: a", "\tat com.shop.A.b(A.java:1)",
            "\tat java.base/java.util.List.of(List.java:1)",
            "\tat org.springframework.X.y(X.java:2)",
            "\tat app//jdk.internal.X.y(Unknown Source)",
            "\t... 3 more", "Caused by: x.E: b"],
        node: ["Error: x", "    at f (/app/x.js:3:11)",
            "    at g (/app/node_modules/express/x.js:1:1)",
            "    at new Promise (<anonymous>)",
            "    at node:internal/process/task_queues:95:5",
            "  [cause]: Error: y"],
        go: ["goroutine 1 [running]:", "main.main()", "\t/go/src/app/main.go:8",
            "panic({0x1})", "\t/usr/local/go/src/runtime/panic.go:770 +0x1",
            "gin.Handle()", "\t/root/go/pkg/mod/gin@v1/gin.go:1",
            "created by net/http.Serve in goroutine 1",
            "\t/usr/lib/go-1.19/src/net/http/server.go:3089", "exit status 2"],
        ruby: ["boom (RuntimeError)", "\tfrom app.rb:7:in `f'",
            "\tfrom /var/lib/gems/3.1.0/gems/rack-2/lib/rack.rb:1:in `call'",
            "\tfrom /usr/lib/ruby/3.1.0/net/http.rb:2:in `start'",
            "\tfrom <internal:kernel>:18:in `loop'", "end"],
        php: ["Stack trace:", "#0 /app/src/a.php(7): f()",
            "#1 /app/vendor/laravel/x.php(3): g()",
            "#2 /app/vendor/laravel/y.php(3): g()",
            "#3 [internal function]: {closure}()", "#4 {main}"],
        ".net": ["System.Exception: boom", "   at Shop.Orders.Get() in /src/x",
            "   at lambda_method1(Closure )",
            "   at Microsoft.AspNetCore.X.Y()", "   at System.Z.W()",
            "   --- End of inner exception stack trace ---"],
    };

    for (const [name, lines] of Object.entries(traces)) {
        const pieces = shown(lines.join("\n"));

        assert.equal(pieces.length, 3, `${name}: ${JSON.stringify(pieces)}`);
        assert.equal(pieces[1], 3, name);
        assert.equal(pieces[2].length, 1, name);
    }
});

test("pieces are the whole text, line by line", () => {
    const texts = [...cases.map(({ text }) => text), "", "\n\n",
        ...data("rackscope-api-logs.json").records
            .map(({ exception }) => exception).filter(Boolean)];

    for (const text of texts) {
        assert.equal(splitFrames(text).map((piece) => piece.text).join("\n"),
            text);
    }
});

test("a single frame of a library is left where it is", () => {
    assert.deepEqual(splitFrames("E: x\n\tat java.util.A.b(A.java:1)\n"
        + "\tat shop.B.c(B.java:1)").map(({ frames }) => frames), [0, 0, 0]);
});
