"""Types into a shell on a terminal of its own once its prompt READY> is there: type-into-shell.py <text> <awaited> <shell words...>; prints what it showed."""
import os, pty, select, sys, time

text, awaited, shell = sys.argv[1], sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(shell[0], shell)
shown, typed, end = b"", False, time.monotonic() + 25
while time.monotonic() < end and awaited not in shown.partition(b"READY> ")[2]:
    if select.select([terminal], [], [], 0.2)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            break
    if not typed and b"READY> " in shown:
        os.write(terminal, text.encode())
        typed = True
os.kill(pid, 9)
os.waitpid(pid, 0)
sys.stdout.buffer.write(shown.partition(b"READY> ")[2])
