// The rules of the cheat sheet about shm.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::shm {

inline constexpr Rule open_create{
    .id = "shm.open.create",
    .mechanism = Mechanism::shm,
    .sentence =
        "Shm_open(name,O_CREAT|O_RDWR,mode) creates an object if absent, else opens the "
        "existing one; two processes using the same /name get the same object.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
    .cheat_sheet = {"SHM/Syscalls/shm_open", "SHM/Notes/2", "SHM/Flow"},
};

inline constexpr Rule open_dev_shm{
    .id = "shm.open.dev-shm",
    .mechanism = Mechanism::shm,
    .sentence =
        "On Linux the object appears as a regular file /dev/shm/name; POSIX leaves "
        "filesystem visibility unspecified.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "shm_overview(7)"}},
    .cheat_sheet = {"SHM/Syscalls/shm_open", "Compare/SHM/Filesystem"},
    .erratum = "table says Filesystem 'No' but the syscall row says visible under /dev/shm",
};

inline constexpr Rule open_initial_size_zero{
    .id = "shm.open.initial-size-zero",
    .mechanism = Mechanism::shm,
    .sentence = "A new object has size 0 (fstat st_size).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
    .cheat_sheet = {"SHM/Syscalls/ftruncate"},
};

inline constexpr Rule ftruncate_sets_size{
    .id = "shm.ftruncate.sets-size",
    .mechanism = Mechanism::shm,
    .sentence = "Ftruncate(fd,n) sets st_size to n, and the grown range reads as zero bytes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "ftruncate()"}},
    .cheat_sheet = {"SHM/Syscalls/ftruncate"},
};

inline constexpr Rule ftruncate_before_access{
    .id = "shm.ftruncate.before-access",
    .mechanism = Mechanism::shm,
    .sentence =
        "Mmap() of a size-0 object with nonzero length succeeds; the first access raises "
        "SIGBUS; after ftruncate() the same mapping becomes usable on Linux (POSIX: "
        "effect of a later size change unspecified).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"SHM/Syscalls/ftruncate"},
    .erratum = "'must call before mmap' should be 'before access'; mmap itself does not fail",
};

inline constexpr Rule mmap_pointer_shared{
    .id = "shm.mmap.pointer-shared",
    .mechanism = Mechanism::shm,
    .sentence =
        "Mmap(...,MAP_SHARED,fd,0) returns an address through which stores are seen by "
        "every other mapping of the object.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"SHM/Syscalls/mmap"},
};

inline constexpr Rule mmap_addresses_differ{
    .id = "shm.mmap.addresses-differ",
    .mechanism = Mechanism::shm,
    .sentence =
        "Two mappings of one object may be at different addresses and still alias the "
        "same bytes, so stored pointers are not portable between processes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"SHM/Syscalls/mmap"},
};

inline constexpr Rule mmap_same_physical_page{
    .id = "shm.mmap.same-physical-page",
    .mechanism = Mechanism::shm,
    .sentence =
        "Both processes reach the same page: a store by one is loaded by the other with "
        "no system call between, given memory ordering.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"SHM/Notes/1"},
};

inline constexpr Rule munmap_segv{
    .id = "shm.munmap.segv",
    .mechanism = Mechanism::shm,
    .sentence =
        "After munmap() access raises SIGSEGV (SEGV_MAPERR); the object and other "
        "mappings are unaffected.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "munmap()"}},
    .cheat_sheet = {"SHM/Syscalls/munmap"},
};

inline constexpr Rule unlink_removes_name{
    .id = "shm.unlink.removes-name",
    .mechanism = Mechanism::shm,
    .sentence =
        "After shm_unlink(name) shm_open() without O_CREAT fails with ENOENT; a second "
        "shm_unlink() fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_unlink()"}},
    .cheat_sheet = {"SHM/Syscalls/shm_unlink"},
};

inline constexpr Rule unlink_deferred{
    .id = "shm.unlink.deferred",
    .mechanism = Mechanism::shm,
    .sentence =
        "Existing descriptors and mappings keep working after shm_unlink(); contents go "
        "only with the last of them.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_unlink()"}},
    .cheat_sheet = {"SHM/Syscalls/shm_unlink"},
    .erratum = "'removes the object' removes only the name",
};

inline constexpr Rule unlink_any_permitted{
    .id = "shm.unlink.any-permitted",
    .mechanism = Mechanism::shm,
    .sentence =
        "Any process allowed to remove the name may unlink it; 'one process is "
        "responsible' is a convention.",
    .force = Force::convention,
    .sources = {{"Linux man-pages", "shm_unlink(3)"}},
    .cheat_sheet = {"SHM/Syscalls/shm_unlink"},
};

inline constexpr Rule sync_none_builtin{
    .id = "shm.sync.none-builtin",
    .mechanism = Mechanism::shm,
    .sentence =
        "Unsynchronised read-modify-write from two processes loses updates: forcing both "
        "to read 5 before either stores leaves 6, not 7.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XBD 4.12"}},
    .cheat_sheet = {"SHM/Notes/3", "Compare/SHM/Sync"},
    .erratum = "a semaphore is one option; atomics, mutexes or futexes serve too",
};

inline constexpr Rule link_lrt{
    .id = "shm.link.lrt",
    .mechanism = Mechanism::shm,
    .sentence = "Shm_open links without -lrt on glibc 2.34 or later; older glibc needs -lrt.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "shm_open(3)"}},
    .cheat_sheet = {"SHM/Notes/4"},
    .erratum = "-lrt is unnecessary since glibc 2.34",
};

inline constexpr Rule code_close_keeps_mapping{
    .id = "shm.code.close-keeps-mapping",
    .mechanism = Mechanism::shm,
    .sentence = "Close(fd) after mmap() leaves the mapping valid.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}, {"POSIX.1-2017", "close()"}},
    .cheat_sheet = {"SHM/Code/close"},
};

inline constexpr Rule code_unlink_before_reader{
    .id = "shm.code.unlink-before-reader",
    .mechanism = Mechanism::shm,
    .sentence =
        "If the writer unlinks before the reader opens, as the sample does, the reader's "
        "shm_open() fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_unlink()"}},
    .cheat_sheet = {"SHM/Code/writer shm_unlink"},
    .erratum = "sample is wrong unless the reader opened first",
};

inline constexpr Rule code_reader_too_early{
    .id = "shm.code.reader-too-early",
    .mechanism = Mechanism::shm,
    .sentence =
        "A reader that opens and maps before the writer's ftruncate() gets SIGBUS on "
        "access: existence of the name does not mean the object is sized or filled.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"SHM/Code/reader"},
    .erratum = "sample has no synchronisation",
};

inline constexpr Rule code_rdonly_mapping{
    .id = "shm.code.rdonly-mapping",
    .mechanism = Mechanism::shm,
    .sentence =
        "Shm_open(O_RDONLY) with PROT_READ maps the data; the mode argument is ignored "
        "without O_CREAT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
    .cheat_sheet = {"SHM/Code/reader"},
};

inline constexpr Rule persist_after_exit{
    .id = "shm.persist.after-exit",
    .mechanism = Mechanism::shm,
    .sentence =
        "Object and contents survive the exit of every process using them until "
        "shm_unlink() (or reboot on Linux).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}, {"Linux man-pages", "shm_overview(7)"}},
    .cheat_sheet = {"SHM/Syscalls/shm_unlink"},
};

inline constexpr Rule compare_two_way{
    .id = "shm.compare.two-way",
    .mechanism = Mechanism::shm,
    .sentence = "Every process with a writable mapping can read and write the object.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
    .cheat_sheet = {"Compare/SHM/Direction"},
};

inline constexpr Rule compare_scope{
    .id = "shm.compare.scope",
    .mechanism = Mechanism::shm,
    .sentence =
        "Unrelated processes may map it by name subject to permissions (EACCES "
        "otherwise).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
    .cheat_sheet = {"Compare/SHM/Scope"},
    .erratum = "permission limited",
};

inline constexpr Rule compare_fastest{
    .id = "shm.compare.fastest",
    .mechanism = Mechanism::shm,
    .sentence =
        "Shared-memory transfer including its synchronisation is measured beside the "
        "other mechanisms; no ordering is asserted.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", ""}},
    .cheat_sheet = {"Compare/SHM/Speed", "SHM/Notes/1", "Practical/SHM", "Short/3"},
    .erratum = "'Fastest' ignores synchronisation cost",
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
