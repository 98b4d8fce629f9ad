"""Local stand-ins for the rule repositories that Bazel would otherwise download.

Bazel's own WORKSPACE suffix declares these with maybe(http_archive, ...), so a
declaration made first wins and nothing is fetched. Bazel 4.2 asks for rules_cc,
rules_java and remote_coverage_tools; Bazel 7 in WORKSPACE mode asks for
rules_cc, rules_python and bazel_skylib; our BUILD files load rules_shell.
Each stand-in forwards to the rules that are built into Bazel.
"""

_NATIVE_RULES = {
    "rules_cc": {
        "cc/defs.bzl": [
            "cc_binary",
            "cc_library",
            "cc_test",
            "cc_toolchain",
            "cc_toolchain_suite",
        ],
    },
    "rules_java": {"java/defs.bzl": ["java_import", "java_runtime", "java_toolchain"]},
    "rules_python": {"python/defs.bzl": ["py_binary", "py_test"]},
    "rules_shell": {
        "shell/sh_binary.bzl": ["sh_binary"],
        "shell/sh_test.bzl": ["sh_test"],
    },
}

_NO_OP_SKYLIB = """
def bzl_library(**kwargs):
    pass
"""

_EMPTY_COVERAGE = """
filegroup(name = "coverage_report_generator", visibility = ["//visibility:public"])
"""

def _local_files_impl(rctx):
    for path, text in rctx.attr.files.items():
        rctx.file(path, text, executable = False)

_local_files = repository_rule(
    implementation = _local_files_impl,
    attrs = {"files": attr.string_dict()},
)

def _forward(rules):
    return "".join(["{0} = getattr(native, '{0}', None)\n".format(rule) for rule in rules])

def offline_repositories():
    """Declares every stand-in; call it before anything else in WORKSPACE."""
    for repository, modules in _NATIVE_RULES.items():
        files = {}
        for path, rules in modules.items():
            files[path.rpartition("/")[0] + "/BUILD"] = ""
            files[path] = _forward(rules)
        _local_files(name = repository, files = files)
    _local_files(name = "bazel_skylib", files = {"BUILD": "", "bzl_library.bzl": _NO_OP_SKYLIB})
    _local_files(name = "remote_coverage_tools", files = {"BUILD": _EMPTY_COVERAGE})
