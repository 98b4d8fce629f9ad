// POSIX shared memory objects.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::shm {

inline constexpr Rule open_create{
    .id = "shm.open.create",
    .mechanism = Mechanism::shm,
    .sentence =
        "With O_CREAT shm_open() creates the object if the name is new and opens it if it "
        "exists, so that two processes using one name get the same object.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
    .cheat_sheet = {"SHM/Syscalls/shm_open", "SHM/Notes/2", "SHM/Flow", "SHM/Code/writer open"},
};

inline constexpr Rule open_dev_shm{
    .id = "shm.open.dev-shm",
    .mechanism = Mechanism::shm,
    .sentence =
        "On Linux a shared memory object appears as a regular file of its name in "
        "/dev/shm.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "shm_overview(7)"}},
    .cheat_sheet = {"SHM/Syscalls/shm_open", "Compare/SHM/Filesystem"},
    .erratum =
        "The comparison says that shared memory has no entry in the file system, while "
        "the sheet itself says that objects are visible in /dev/shm; POSIX leaves it "
        "open.",
};

inline constexpr Rule open_initial_size_zero{
    .id = "shm.open.initial-size-zero",
    .mechanism = Mechanism::shm,
    .sentence = "A new shared memory object has the size 0, as fstat() shows.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
    .cheat_sheet = {"SHM/Syscalls/ftruncate"},
};

inline constexpr Rule ftruncate_sets_size{
    .id = "shm.ftruncate.sets-size",
    .mechanism = Mechanism::shm,
    .sentence =
        "After ftruncate(fd, n) fstat() reports the size n, and the bytes that the object "
        "has gained read as zero.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "ftruncate()"}},
    .cheat_sheet = {"SHM/Syscalls/ftruncate", "SHM/Code/writer ftruncate"},
};

inline constexpr Rule ftruncate_before_access{
    .id = "shm.ftruncate.before-access",
    .mechanism = Mechanism::shm,
    .sentence =
        "Mapping an object of size 0 with mmap() succeeds, touching the mapping raises "
        "SIGBUS, and on Linux the same mapping becomes usable once ftruncate() has given "
        "the object a size.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"SHM/Syscalls/ftruncate"},
    .erratum =
        "The sheet says that ftruncate() must precede mmap(): it must precede the first "
        "access, since mmap() itself does not fail.",
};

inline constexpr Rule mmap_pointer_shared{
    .id = "shm.mmap.pointer-shared",
    .mechanism = Mechanism::shm,
    .sentence =
        "Stores through a mapping made with MAP_SHARED are seen through every other such "
        "mapping of the object, in the same process and in others.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"SHM/Syscalls/mmap", "SHM/Code/writer mmap", "SHM/Code/writer memcpy"},
};

inline constexpr Rule mmap_addresses_differ{
    .id = "shm.mmap.addresses-differ",
    .mechanism = Mechanism::shm,
    .sentence =
        "Two mappings of one object at different addresses show the same bytes, so that a "
        "pointer stored in the object is of use in one of them only.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"SHM/Syscalls/mmap"},
};

inline constexpr Rule mmap_same_physical_page{
    .id = "shm.mmap.same-physical-page",
    .mechanism = Mechanism::shm,
    .sentence =
        "A store by one process into a shared mapping is loaded by another process "
        "without a system call by either in between.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"SHM/Notes/1"},
};

inline constexpr Rule munmap_segv{
    .id = "shm.munmap.segv",
    .mechanism = Mechanism::shm,
    .sentence =
        "Touching the address range after munmap() raises SIGSEGV with si_code "
        "SEGV_MAPERR, while the object and its other mappings keep their contents.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "munmap()"}},
    .cheat_sheet = {"SHM/Syscalls/munmap", "SHM/Code/writer munmap", "SHM/Code/reader munmap"},
};

inline constexpr Rule unlink_removes_name{
    .id = "shm.unlink.removes-name",
    .mechanism = Mechanism::shm,
    .sentence =
        "After shm_unlink() both shm_open() of the name without O_CREAT and a second "
        "shm_unlink() fail with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_unlink()"}},
    .cheat_sheet = {"SHM/Syscalls/shm_unlink"},
};

inline constexpr Rule unlink_deferred{
    .id = "shm.unlink.deferred",
    .mechanism = Mechanism::shm,
    .sentence =
        "Descriptors and mappings made before shm_unlink() go on sharing the object and "
        "its contents for as long as one of them exists.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_unlink()"}},
    .cheat_sheet = {"SHM/Syscalls/shm_unlink"},
    .erratum = "The sheet says that shm_unlink() removes the object: it removes only the name.",
};

inline constexpr Rule unlink_any_permitted{
    .id = "shm.unlink.any-permitted",
    .mechanism = Mechanism::shm,
    .sentence =
        "Every process with permission to remove the name can call shm_unlink(), also one "
        "that neither created nor opened the object.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_unlink()"}, {"Linux man-pages", "shm_unlink(3)"}},
    .cheat_sheet = {"SHM/Syscalls/shm_unlink"},
    .erratum =
        "That one process is responsible for shm_unlink() is a convention: no rule ties "
        "the call to the creator.",
};

inline constexpr Rule sync_none_builtin{
    .id = "shm.sync.none-builtin",
    .mechanism = Mechanism::shm,
    .sentence =
        "Shared memory orders nothing by itself: when two processes each load 5 before "
        "either stores its sum with 1, the value ends as 6 and not 7.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XBD 4.12"}},
    .cheat_sheet = {"SHM/Notes/3", "Compare/SHM/Sync"},
    .erratum =
        "The sheet requires a semaphore: atomic operations, process-shared mutexes and "
        "futexes serve as well.",
};

inline constexpr Rule link_lrt{
    .id = "shm.link.lrt",
    .mechanism = Mechanism::shm,
    .sentence =
        "With glibc 2.34 or later a program that calls shm_open() and shm_unlink() links "
        "without -lrt.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "shm_open(3)"}},
    .cheat_sheet = {"SHM/Notes/4"},
    .erratum = "Since glibc 2.34 -lrt is not needed.",
};

inline constexpr Rule code_close_keeps_mapping{
    .id = "shm.code.close-keeps-mapping",
    .mechanism = Mechanism::shm,
    .sentence = "Closing the descriptor after mmap() leaves the mapping valid.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}, {"POSIX.1-2017", "close()"}},
    .cheat_sheet = {"SHM/Code/writer close", "SHM/Code/reader close"},
};

inline constexpr Rule code_unlink_before_reader{
    .id = "shm.code.unlink-before-reader",
    .mechanism = Mechanism::shm,
    .sentence =
        "If the writer calls shm_unlink() before the reader has opened the name, "
        "shm_open() of the reader without O_CREAT fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_unlink()"}},
    .cheat_sheet = {"SHM/Code/writer unlink"},
    .erratum =
        "The sample works only if the reader happens to open the object before the writer "
        "is done.",
};

inline constexpr Rule code_reader_too_early{
    .id = "shm.code.reader-too-early",
    .mechanism = Mechanism::shm,
    .sentence =
        "A reader that opens and maps the object before the writer has called ftruncate() "
        "gets SIGBUS when it reads, although the name exists and mmap() succeeded.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"SHM/Code/reader open", "SHM/Code/reader mmap", "SHM/Code/reader printf"},
    .erratum =
        "The sample does not synchronise reader and writer: the reader may meet no name, "
        "no size or old contents.",
};

inline constexpr Rule code_rdonly_mapping{
    .id = "shm.code.rdonly-mapping",
    .mechanism = Mechanism::shm,
    .sentence =
        "An object opened with O_RDONLY can be mapped with PROT_READ and read, and "
        "without O_CREAT the mode given to shm_open() has no effect.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
    .cheat_sheet = {"SHM/Code/reader open", "SHM/Code/reader mmap", "SHM/Code/reader printf"},
};

inline constexpr Rule persist_after_exit{
    .id = "shm.persist.after-exit",
    .mechanism = Mechanism::shm,
    .sentence =
        "A shared memory object and its contents outlive every process that used them, "
        "until shm_unlink() removes the name.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}, {"Linux man-pages", "shm_overview(7)"}},
    .cheat_sheet = {"SHM/Syscalls/shm_unlink"},
};

inline constexpr Rule compare_two_way{
    .id = "shm.compare.two-way",
    .mechanism = Mechanism::shm,
    .sentence =
        "Every process with a writable mapping of an object can both read what others "
        "stored in it and store what they read.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"Compare/SHM/Direction"},
};

inline constexpr Rule compare_scope{
    .id = "shm.compare.scope",
    .mechanism = Mechanism::shm,
    .sentence =
        "Processes that are not related can open an object by its name where its mode "
        "permits, and otherwise shm_open() fails with EACCES.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
    .cheat_sheet = {"Compare/SHM/Scope"},
    .erratum = "Any processes means any that have permission.",
};

inline constexpr Rule compare_fastest{
    .id = "shm.compare.fastest",
    .mechanism = Mechanism::shm,
    .sentence =
        "Throughput and latency of shared memory with its synchronisation are measured "
        "while every byte arrives once and in order.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", "IPC Comparison"}},
    .cheat_sheet = {"Compare/SHM/Speed", "SHM/Notes/1", "Practical/SHM", "Short/3"},
    .erratum =
        "Fastest is a measurement and not a rule, and it leaves out the cost of "
        "synchronisation.",
};

inline constexpr std::array kRules{&open_create,
                                   &open_dev_shm,
                                   &open_initial_size_zero,
                                   &ftruncate_sets_size,
                                   &ftruncate_before_access,
                                   &mmap_pointer_shared,
                                   &mmap_addresses_differ,
                                   &mmap_same_physical_page,
                                   &munmap_segv,
                                   &unlink_removes_name,
                                   &unlink_deferred,
                                   &unlink_any_permitted,
                                   &sync_none_builtin,
                                   &link_lrt,
                                   &code_close_keeps_mapping,
                                   &code_unlink_before_reader,
                                   &code_reader_too_early,
                                   &code_rdonly_mapping,
                                   &persist_after_exit,
                                   &compare_two_way,
                                   &compare_scope,
                                   &compare_fastest};

}  // namespace ipcspec::spec::shm
