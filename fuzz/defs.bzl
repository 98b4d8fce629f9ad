"""fuzz_target: one LLVMFuzzerTestOneInput, and what is run of it.

<stem>_fuzz              the fuzzer; with --config=fuzz libFuzzer drives it, without it
                         replay_main, which takes the same command line
<stem>_fuzz_corpus_test  runs every checked-in input once
<stem>_fuzz_smoke_test   a short search from the checked-in inputs
<stem>_fuzz_canary       the fuzzer with bugs planted in the code under test (canary.hpp)

fuzz/README.md says where corpus, dictionary and options of a target lie.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("@rules_shell//shell:sh_test.bzl", "sh_test")
load("//tools:copts.bzl", "COPTS")

def _planted(stem, source):
    """Declares the source with its planted bugs; returns the file."""
    flat = source.replace("//", "").replace(":", "_").replace("/", "_")
    patch = "canary/" + flat.replace(".cc", ".patch")
    native.genrule(
        name = stem + "_canary_" + flat,
        testonly = True,
        srcs = [
            source,
            patch,
        ],
        outs = ["canary_" + stem + "/" + flat],
        # In a sandbox the sources are links.
        cmd = ("patch --quiet --read-only=ignore --follow-symlinks --output=$@ " +
               "$(location %s) $(location %s)") % (source, patch),
        tags = ["manual"],
    )
    return "canary_" + stem + "/" + flat

def fuzz_target(
        stem,
        deps,
        canaries,
        smoke_runs = 20000,
        guided_by_oracle = True,
        linkopts = [],
        sanitizers = "//fuzz:sanitizers",
        tags = []):
    """Declares a fuzzer, the replay of its corpus, a short search, and the fuzzer's own test.

    Args:
      stem: names fuzz/<stem>_fuzz.cc, fuzz/corpus/<stem>/ and the other files of the target.
      deps: libraries.
      canaries: sources of them in which fuzz/canary/ plants bugs.
      smoke_runs: executions of the smoke test; replay_main makes a tenth of them.
      guided_by_oracle: whether coverage of <stem>_fuzz.cc itself counts; it costs time.
      linkopts: further options for the linker, with libFuzzer.
      sanitizers: the library with their default options.
      tags: further tags of all three; the fuzzer is always tagged "fuzzer".
    """
    name = stem + "_fuzz"

    # libFuzzer brings a main of its own.
    driver = select({
        "//fuzz:libfuzzer": [],
        "//conditions:default": ["//fuzz:replay_main"],
    })
    driver_linkopts = select({
        "//fuzz:libfuzzer": ["-fsanitize=fuzzer"] + linkopts,
        "//conditions:default": [],
    })
    oracle_copts = [] if guided_by_oracle else select({
        "//fuzz:libfuzzer": ["-fno-sanitize=fuzzer-no-link"],
        "//conditions:default": [],
    })
    cc_library(
        name = stem + "_entry",
        testonly = True,
        srcs = [name + ".cc"],
        copts = COPTS + oracle_copts,
        deps = deps + [sanitizers],
        alwayslink = True,
    )
    cc_binary(
        name = name,
        testonly = True,
        linkopts = driver_linkopts,
        tags = tags + ["fuzzer"],
        deps = [stem + "_entry"] + driver,
    )

    # An object of the program itself takes the place of the library's that defines the same.
    planted = [_planted(stem, source) for source in canaries]
    cc_binary(
        name = name + "_canary",
        testonly = True,
        srcs = planted,
        copts = COPTS,
        linkopts = driver_linkopts,
        tags = ["manual"],
        deps = [
            stem + "_entry",
            "//fuzz:canary",
        ] + driver,
    )
    native.filegroup(
        name = stem + "_corpus",
        srcs = native.glob(["corpus/" + stem + "/*"]),
    )
    data = [
        name,
        stem + "_corpus",
    ] + native.glob([
        "dictionary/" + stem + ".dict",
        "options/" + stem + ".options",
    ])
    sh_test(
        name = name + "_corpus_test",
        size = "medium",
        srcs = ["corpus_test.sh"],
        args = [stem],
        # A bug that cannot be planted any more is noticed here; tools/canaries takes minutes.
        data = data + planted,
        tags = tags,
    )
    sh_test(
        name = name + "_smoke_test",
        size = "medium",
        srcs = ["smoke_test.sh"],
        args = [stem] + select({
            "//fuzz:libfuzzer": [str(smoke_runs)],
            "//conditions:default": [str(smoke_runs // 10)],
        }),
        data = data,
        tags = tags,
    )
