"""Compiler options of every target.

They stand here and not in .bazelrc because a project that depends on this
module does not read our .bazelrc.
"""

COPTS = [
    "-std=c++20",
    "-Wall",
    "-Wextra",
    "-Wshadow",
    "-Wconversion",
    "-Wno-sign-conversion",
    "-Wnon-virtual-dtor",
    "-Werror",
]
