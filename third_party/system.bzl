"""Libraries as the distribution installs them, under the names of the central registry.

IPCSPEC_SYSTEM_PREFIX names another prefix than /usr, such as a folder that
packages were unpacked into with dpkg-deb -x.
"""

_LIBRARY_DIRECTORIES = [
    "lib/x86_64-linux-gnu",
    "lib/aarch64-linux-gnu",
    "lib/riscv64-linux-gnu",
    "lib64",
    "lib",
]

_PUBLIC = "package(default_visibility = ['//visibility:public'])\n"

def _system_library_impl(rctx):
    prefix = rctx.os.environ.get("IPCSPEC_SYSTEM_PREFIX", "/usr")
    for header in rctx.attr.headers:
        path = rctx.path(prefix + "/include/" + header)
        if not path.exists:
            fail("%s not found: install %s (tools/setup does)" % (path, rctx.attr.package))
        rctx.symlink(path, "include/" + header)
    for archive in rctx.attr.archives:
        places = ["%s/%s/%s" % (prefix, d, archive) for d in _LIBRARY_DIRECTORIES]
        found = [place for place in places if rctx.path(place).exists]
        if not found:
            fail("%s not found below %s: install %s (tools/setup does)" % (
                archive,
                prefix,
                rctx.attr.package,
            ))
        rctx.symlink(found[0], "lib/" + archive)
    rctx.file("BUILD", _PUBLIC + rctx.attr.build, executable = False)

_system_library = repository_rule(
    implementation = _system_library_impl,
    attrs = {
        "archives": attr.string_list(),
        "build": attr.string(),
        "headers": attr.string_list(),
        "package": attr.string(),
    },
    environ = ["IPCSPEC_SYSTEM_PREFIX"],
    # Looked at again at each server start, so a package installed later is noticed.
    local = True,
)

_HEADERS = "hdrs = glob(['include/**']), includes = ['include']"

def system_libraries():
    """Declares @catch2, @rapidcheck, @cli11, @fmt and @nlohmann_json."""
    _system_library(
        name = "catch2",
        archives = ["libCatch2.a", "libCatch2Main.a"],
        build = """
cc_library(name = "catch2", srcs = ["lib/libCatch2.a"], %s)
cc_library(name = "catch2_main", srcs = ["lib/libCatch2Main.a"], deps = [":catch2"])
""" % _HEADERS,
        headers = ["catch2"],
        package = "Catch2 3 (on Debian 12: apt-get install -t bookworm-backports catch2)",
    )
    _system_library(
        name = "rapidcheck",
        archives = ["librapidcheck.a"],
        build = "cc_library(name = 'rapidcheck', srcs = ['lib/librapidcheck.a'], %s)" % _HEADERS,
        headers = ["rapidcheck.h", "rapidcheck"],
        package = "librapidcheck-dev",
    )
    _system_library(
        name = "cli11",
        build = "cc_library(name = 'cli11', %s)" % _HEADERS,
        headers = ["CLI"],
        package = "libcli11-dev",
    )
    _system_library(
        name = "fmt",
        build = "cc_library(name = 'fmt', defines = ['FMT_HEADER_ONLY'], %s)" % _HEADERS,
        headers = ["fmt"],
        package = "libfmt-dev",
    )
    _system_library(
        name = "nlohmann_json",
        build = "cc_library(name = 'json', %s)" % _HEADERS,
        headers = ["nlohmann"],
        package = "nlohmann-json3-dev",
    )
