"""fuzz_target: one LLVMFuzzerTestOneInput, two programs.

<name>              the fuzzer; with --config=fuzz libFuzzer drives it, without it
                    runs the files named on its command line
<name>_corpus_test  runs every checked-in input once, with any compiler
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")
load("//tools:copts.bzl", "COPTS")

def fuzz_target(name, srcs, corpus, deps = []):
    """Declares a fuzzer and the test that replays its corpus.

    Args:
      name: name of the fuzzer.
      srcs: sources; one of them defines LLVMFuzzerTestOneInput.
      corpus: labels of the inputs, usually one filegroup.
      deps: libraries.
    """

    # libFuzzer brings a main of its own. It and replay_main take the same
    # command line, so the corpus test needs no second form.
    driver = select({
        "//fuzz:libfuzzer": [],
        "//conditions:default": ["//fuzz:replay_main"],
    })
    linkopts = select({
        "//fuzz:libfuzzer": ["-fsanitize=fuzzer"],
        "//conditions:default": [],
    })
    cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        copts = COPTS,
        linkopts = linkopts,
        deps = deps + driver,
    )
    cc_test(
        name = name + "_corpus_test",
        size = "small",
        srcs = srcs,
        args = ["$(rootpaths %s)" % inputs for inputs in corpus],
        copts = COPTS,
        data = corpus,
        linkopts = linkopts,
        deps = deps + driver,
    )
