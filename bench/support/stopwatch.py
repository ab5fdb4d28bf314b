"""Runs one command per line of JSON on stdin and says what it cost: wait4 knows CPU time and peak memory, which Node does not tell."""

import contextlib
import fcntl
import json
import os
import signal
import struct
import sys
import termios
import time

null = os.open(os.devnull, os.O_RDWR)
for line in sys.stdin:
    request = json.loads(line)
    started = time.perf_counter()
    terminal, inside = os.openpty() if request["terminal"] else (None, None)
    if terminal is not None:
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            os.chdir(request["cwd"])
            os.dup2(null, 0)
            output = inside or os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.execvpe(request["argv"][0], request["argv"], request["env"])
        except OSError as error:
            os.write(2, str(error).encode())
            os._exit(127)

    def end(*_, leader=pid):
        os.killpg(leader, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end)
    signal.alarm(request["timeoutSeconds"])
    if terminal is not None:
        os.close(inside)
        with open(request["output"], "wb") as screen:
            # Reading fails when nobody has the other end open any more.
            with contextlib.suppress(OSError):
                while shown := os.read(terminal, 65536):
                    screen.write(shown)
        os.close(terminal)
    _, status, usage = os.wait4(pid, 0)
    signal.alarm(0)
    answer = {
        "wallMs": (time.perf_counter() - started) * 1000,
        "cpuMs": (usage.ru_utime + usage.ru_stime) * 1000,
        # Of the largest process among the command and those it has waited for.
        "rssMiB": usage.ru_maxrss / 1024,
        "exitCode": os.waitstatus_to_exitcode(status),
    }
    print(json.dumps(answer), flush=True)
