"""Tells of tests while they run: one JSON object a line, appended to the file that RUNNER_STREAM names.

pytest writes its JUnit report when it ends, so that one that is killed leaves nothing; what is here survives. A case has the
class, name and file of that report. Python 3.6 and pytest 6 or later; nothing but the standard library. Whatever goes wrong in
here must not touch the tests: then the lines end, and the report serves alone.
"""

import json
import os
import re

import pytest

VARIABLE = "RUNNER_STREAM"
MAX_MESSAGE = 4 * 1024
MAX_DETAILS = 64 * 1024
MAX_OUTPUT = 16 * 1024

# As _pytest/junitxml.py has it.
ILLEGAL = re.compile("[^\u0009\u000a\u000d\u0020-\u007e\u0080-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def pytest_configure(config):
    # Not for a pytest that a test starts, in this process or another.
    path = os.environ.pop(VARIABLE, None)
    # The workers of pytest-xdist tell their controller, which has the hooks below called.
    if path and not hasattr(config, "workerinput") and not getattr(config.option, "collectonly", False):
        config.pluginmanager.register(Told(config, Stream(path)), "unified_test_runner_told")


class Stream:
    """Appends lines, each by one write. Tests may patch or close whatever they like, so what is needed is held on to."""

    def __init__(self, path):
        self.path = path
        self.pid = os.getpid()
        self.fd = None
        self.identity = None
        self.is_broken = False
        self.calls = (os.open, os.write, os.fstat, os.getpid, json.dumps)

    def tell(self, items):
        self.append([{"kind": kind, "case": case} for kind, case in items])

    def give_up(self, error):
        """Says that from here on nothing is told, so that silence is not taken for tests that did not run."""
        try:
            self.append([{"kind": "damage", "problem": "%s: %s" % (type(error).__name__, error)}])
        except Exception:
            pass
        self.is_broken = True

    def append(self, lines):
        _open, write, fstat, getpid, dumps = self.calls
        # A child that was forked off has the hooks too, and its tests are not of this run.
        if self.is_broken or getpid() != self.pid:
            return
        data = "".join(dumps(line, separators=(",", ":")) + "\n" for line in lines).encode("ascii")
        # A test that closes all descriptors may have opened another file by this number.
        if self.fd is None or not self.is_own(fstat):
            self.fd = _open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)
            facts = fstat(self.fd)
            self.identity = (facts.st_dev, facts.st_ino)
        while data:
            data = data[write(self.fd, data) :]

    def is_own(self, fstat):
        try:
            facts = fstat(self.fd)
        except OSError:
            return False
        return (facts.st_dev, facts.st_ino) == self.identity


def guarded(hook):
    """Nothing that fails in here is a failure of the tests."""

    def call(self, *args):
        try:
            hook(self, *args)
        except Exception as error:
            self.stream.give_up(error)

    return call


class Told:
    def __init__(self, config, stream):
        self.config = config
        self.stream = stream
        self.prefix = getattr(config.option, "junitprefix", None)
        # Of each test that has begun: where it is, its reports so far, and as what it was announced.
        self.open = {}

    def pytest_collection_finish(self, session):
        self.collected([(item.nodeid, location_of(item)) for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node, ids):
        # Each worker collects everything.
        if not self.is_collected:
            self.is_collected = True
            self.collected([(nodeid, None) for nodeid in ids])

    is_collected = False

    def pytest_runtest_logstart(self, nodeid, location):
        self.started(nodeid, location)

    # Before the JUnit report forgets what a test has set its attributes to.
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        self.reported(report)

    def pytest_runtest_logfinish(self, nodeid, location):
        self.finished(nodeid)

    def pytest_collectreport(self, report):
        self.collect_reported(report)

    def pytest_sessionfinish(self):
        self.left_open()

    @guarded
    def collected(self, tests):
        self.stream.tell([("collected", self.name(nodeid, location)) for nodeid, location in tests])

    @guarded
    def started(self, nodeid, location):
        # Also at the beginning of each rerun by a plugin.
        if nodeid not in self.open:
            self.stream.tell([("started", self.begin(nodeid, location)["name"])])

    @guarded
    def reported(self, report):
        known = self.open.get(report.nodeid) or self.begin(report.nodeid, report.location)
        known["reports"].append(report)
        if report.when == "teardown":
            known["attributes"] = self.own_attributes(report)

    @guarded
    def finished(self, nodeid):
        known = self.open.get(nodeid)
        if known is None:
            return
        # "rerun" is what plugins call an attempt that another follows.
        if any(report.outcome not in ("passed", "failed", "skipped") for report in known["reports"]):
            known["reports"] = []
        if not known["reports"]:
            return
        del self.open[nodeid]
        name = known["name"]
        # `record_xml_attribute` may have given it another one.
        renamed = dict(name, **known["attributes"])
        ended = [] if renamed == name else [("ended", name)]
        self.stream.tell(ended + [("finished", dict(renamed, **outcome_of(known["reports"], self.config)))])

    @guarded
    def left_open(self):
        # Plugins with a protocol of their own may leave out the call for the end of a test.
        for nodeid, known in list(self.open.items()):
            if any(report.when == "teardown" for report in known["reports"]):
                self.finished(nodeid)

    @guarded
    def collect_reported(self, report):
        if report.passed:
            return
        result = (
            {"status": "error", "problems": [problem("error", "collection failure", report.longrepr)]}
            if report.failed
            else {"status": "skipped", "skipReason": "collection skipped"}
        )
        self.stream.tell([("finished", dict(self.name(report.nodeid, report.location), **result))])

    def begin(self, nodeid, location):
        self.open[nodeid] = {"name": self.name(nodeid, location), "reports": [], "attributes": {}}
        return self.open[nodeid]

    def name(self, nodeid, location):
        names = mangle(nodeid)
        classes = names[:-1] if not self.prefix else [self.prefix] + names[:-1]
        case = {"className": ".".join(classes), "name": escape(names[-1])}
        file, line = (location or (None, None))[:2]
        if isinstance(file, str):
            case["file"] = file
        elif "::" in nodeid:
            case["file"] = nodeid.split("::", 1)[0]
        if isinstance(line, int):
            case["line"] = line + 1
        return case

    def own_attributes(self, report):
        """What the test has set by `record_xml_attribute`, where this pytest lets that be seen."""
        try:
            from _pytest.junitxml import xml_key

            xml = getattr(self.config, "stash", None) or getattr(self.config, "_store")
            node_reporters = xml[xml_key].node_reporters
        except Exception:
            return {}
        keys = {"classname": "className", "name": "name", "file": "file"}
        for (node, _worker), reporter in list(node_reporters.items()):
            if str(node) == report.nodeid:
                attributes = getattr(reporter, "attrs", {})
                # In pytest 6.0 they are no strings, but escaped for XML.
                return {keys[key]: value for key, value in attributes.items() if key in keys and isinstance(value, str)}
        return {}


def location_of(item):
    try:
        return item.location
    except Exception:
        return None


def mangle(nodeid):
    try:
        from _pytest.junitxml import mangle_test_address

        return list(mangle_test_address(nodeid))
    except Exception:
        path, bracket, params = nodeid.partition("[")
        names = path.split("::")
        names[0] = re.sub(r"\.py$", "", names[0].replace("/", "."))
        names[-1] += bracket + params
        return names


def escape(text):
    def visible(found):
        code = ord(found.group())
        return "#x%02X" % code if code <= 0xFF else "#x%04X" % code

    return ILLEGAL.sub(visible, str(text))


def outcome_of(reports, config):
    """The parts of one test as its JUnit report adds them up."""
    problems, skip_reason, has_skipped = [], None, False
    for report in reports:
        if report.failed:
            problems.append(failure_of(report))
        elif report.skipped:
            has_skipped = True
            skip_reason = skip_reason or skip_reason_of(report)
    kinds = [each["kind"] for each in problems]
    status = "error" if "error" in kinds else "failed" if kinds else "skipped" if has_skipped else "passed"
    result = {"status": status, "durationMs": round(1000 * sum(durations(reports, config)), 3)}
    if problems:
        result["problems"] = problems
    elif has_skipped:
        result["skipReason"] = skip_reason
    bad = [report for report in reports if not report.passed]
    if bad:
        result.update(output_of(bad[-1]))
    return result


def durations(reports, config):
    try:
        counted = config.getini("junit_duration_report")
    except Exception:
        counted = "total"
    return [getattr(report, "duration", 0) for report in reports if counted in ("total", report.when)]


def failure_of(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    reason = getattr(crash, "message", None) or str(report.longrepr)
    if report.when == "call":
        return problem("failure", reason, report.longrepr)
    return problem("error", 'failed on %s with "%s"' % (report.when, reason), report.longrepr)


def problem(kind, message, longrepr):
    return {"kind": kind, "message": cut(message, MAX_MESSAGE), "details": cut(longrepr, MAX_DETAILS)}


def skip_reason_of(report):
    reason = getattr(report, "wasxfail", None)
    if reason is not None:
        return cut(without(reason, "reason: "), MAX_MESSAGE)
    longrepr = report.longrepr
    said = longrepr[2] if isinstance(longrepr, tuple) and len(longrepr) == 3 else longrepr
    return cut(without(str(said), "Skipped: "), MAX_MESSAGE)


def output_of(report):
    out = headed(report.caplog, " Captured Log ") + headed(report.capstdout, " Captured Out ")
    err = headed(report.capstderr, " Captured Err ")
    texts = {"stdout": out, "stderr": err}
    return {key: cut(text, MAX_OUTPUT) for key, text in texts.items() if text}


def headed(text, header):
    return "\n".join([header.center(80, "-"), text, ""]) if text else ""


def without(text, start):
    return text[len(start) :] if text.startswith(start) else text


def cut(text, limit):
    text = escape(text)
    return text if len(text) <= limit else text[:limit] + "..."
