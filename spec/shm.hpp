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

inline constexpr Rule open_missing{
    .id = "shm.open.missing",
    .mechanism = Mechanism::shm,
    .sentence = "shm_open() without O_CREAT of a name that does not exist fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
};

inline constexpr Rule open_excl{
    .id = "shm.open.excl",
    .mechanism = Mechanism::shm,
    .sentence = "shm_open() with O_CREAT and O_EXCL of a name that exists fails with EEXIST.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
};

inline constexpr Rule open_existing{
    .id = "shm.open.existing",
    .mechanism = Mechanism::shm,
    .sentence =
        "shm_open() of a name that exists opens that object, which keeps its size and its bytes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
};

inline constexpr Rule open_mode_umask{
    .id = "shm.open.mode-umask",
    .mechanism = Mechanism::shm,
    .sentence =
        "A new shared memory object has the permission bits asked for, less those in the umask.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
};

inline constexpr Rule open_cloexec{
    .id = "shm.open.cloexec",
    .mechanism = Mechanism::shm,
    .sentence = "shm_open() sets FD_CLOEXEC on its descriptor.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
};

inline constexpr Rule open_trunc{
    .id = "shm.open.trunc",
    .mechanism = Mechanism::shm,
    .sentence = "shm_open() with O_RDWR and O_TRUNC of an object that exists gives it the size 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
};

inline constexpr Rule open_names{
    .id = "shm.open.names",
    .mechanism = Mechanism::shm,
    .sentence =
        "In glibc slashes before the name do not count; a name that is empty or has a slash inside "
        "fails with EINVAL, or with ENOENT when it is to be removed; one of more than 255 bytes "
        "fails in the same way or with ENAMETOOLONG.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "shm_open(3)"}, {"POSIX.1-2017", "shm_open()"}},
};

inline constexpr Rule open_write_only{
    .id = "shm.open.write-only",
    .mechanism = Mechanism::shm,
    .sentence = "On Linux shm_open() accepts O_WRONLY too.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "mm/shmem.c"}},
};

inline constexpr Rule ftruncate_read_only{
    .id = "shm.ftruncate.rdonly",
    .mechanism = Mechanism::shm,
    .sentence =
        "ftruncate() of a descriptor that is not open for writing fails with EBADF or EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "ftruncate()"}},
};

inline constexpr Rule ftruncate_read_only_einval{
    .id = "shm.ftruncate.rdonly-einval",
    .mechanism = Mechanism::shm,
    .sentence =
        "On Linux ftruncate() of a descriptor that is not open for writing fails with EINVAL.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "ftruncate(2)"}},
};

inline constexpr Rule ftruncate_negative{
    .id = "shm.ftruncate.negative",
    .mechanism = Mechanism::shm,
    .sentence = "ftruncate() to a size below 0 fails with EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "ftruncate()"}},
};

inline constexpr Rule ftruncate_not_a_file{
    .id = "shm.ftruncate.not-a-file",
    .mechanism = Mechanism::shm,
    .sentence =
        "On Linux ftruncate() of a pipe or a socket, which POSIX leaves open, fails with EINVAL.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "ftruncate(2)"}, {"POSIX.1-2017", "ftruncate()"}},
};

inline constexpr Rule mmap_range{
    .id = "shm.mmap.range",
    .mechanism = Mechanism::shm,
    .sentence =
        "mmap() without MAP_FIXED returns the address of a page, and its range overlaps no other "
        "mapping.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
};

inline constexpr Rule mmap_past_end{
    .id = "shm.mmap.past-end-page",
    .mechanism = Mechanism::shm,
    .sentence = "Touching a mapping in a whole page behind the end of the object raises SIGBUS.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
};

inline constexpr Rule mmap_partial_page{
    .id = "shm.mmap.partial-page",
    .mechanism = Mechanism::shm,
    .sentence =
        "The rest of the last page of an object reads as zero until something is stored there.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
};

inline constexpr Rule mmap_partial_page_stale{
    .id = "shm.mmap.partial-page-stale",
    .mechanism = Mechanism::shm,
    .sentence =
        "Whether a store behind the end in the last page of an object is seen by others, or after "
        "the object has grown, is left open; on Linux it often is.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "mmap()"}, {"Linux man-pages", "mmap(2)"}},
    .untestable = "It is left open, so that no answer breaks the rule.",
};

inline constexpr Rule mmap_arg_errors{
    .id = "shm.mmap.arg-errors",
    .mechanism = Mechanism::shm,
    .sentence =
        "mmap() of no bytes, or with neither MAP_SHARED nor MAP_PRIVATE, fails with EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
};

inline constexpr Rule mmap_write_needs_rdwr{
    .id = "shm.mmap.write-needs-rdwr",
    .mechanism = Mechanism::shm,
    .sentence =
        "mmap() with MAP_SHARED and PROT_WRITE of a descriptor that is not open for writing fails "
        "with EACCES.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
};

inline constexpr Rule mmap_needs_read{
    .id = "shm.mmap.needs-read",
    .mechanism = Mechanism::shm,
    .sentence = "mmap() of a descriptor that is not open for reading fails with EACCES.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
};

inline constexpr Rule mmap_not_mappable{
    .id = "shm.mmap.enodev",
    .mechanism = Mechanism::shm,
    .sentence = "mmap() of a pipe, a socket or a directory fails with ENODEV.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
};

inline constexpr Rule mmap_protection{
    .id = "shm.mmap.prot-read-write-segv",
    .mechanism = Mechanism::shm,
    .sentence =
        "A store into a mapping without PROT_WRITE, and any access to one with PROT_NONE, raises "
        "SIGSEGV with the si_code SEGV_ACCERR.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}, {"POSIX.1-2017", "mprotect()"}},
};

inline constexpr Rule mmap_private_isolated{
    .id = "shm.mmap.private-isolated",
    .mechanism = Mechanism::shm,
    .sentence =
        "Stores into a private mapping are seen by the storing process alone and never change the "
        "object.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}},
};

inline constexpr Rule mmap_private_sees_later{
    .id = "shm.mmap.private-sees-later",
    .mechanism = Mechanism::shm,
    .sentence =
        "A private mapping shows on Linux later changes of the object, page by page until the "
        "process stores to the page; POSIX leaves it open.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "mmap()"}, {"Linux man-pages", "mmap(2)"}},
    .untestable = "POSIX leaves it open, so that no answer breaks the rule.",
};

inline constexpr Rule mmap_private_cut_off{
    .id = "shm.mmap.private-cut-off",
    .mechanism = Mechanism::shm,
    .sentence =
        "On Linux the pages that a process has stored to in a private mapping are lost when the "
        "object is cut off before them.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "mm/memory.c"}},
};

inline constexpr Rule mmap_anonymous{
    .id = "shm.mmap.anonymous",
    .mechanism = Mechanism::shm,
    .sentence =
        "Memory mapped with MAP_ANONYMOUS is zero at first, and with MAP_SHARED it is shared with "
        "children forked later.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2024", "mmap()"}},
};

inline constexpr Rule munmap_errors{
    .id = "shm.munmap.errors",
    .mechanism = Mechanism::shm,
    .sentence =
        "munmap() of no bytes fails with EINVAL, and of a range without mappings it does nothing.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "munmap()"}},
};

inline constexpr Rule munmap_unaligned{
    .id = "shm.munmap.unaligned",
    .mechanism = Mechanism::shm,
    .sentence = "On Linux munmap() at an address that is not that of a page fails with EINVAL.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "munmap(2)"}},
};

inline constexpr Rule fork_inherits{
    .id = "shm.fork.inherits",
    .mechanism = Mechanism::shm,
    .sentence =
        "A child inherits the mappings of its parent: shared ones show the same memory, private "
        "ones a copy.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
};

inline constexpr Rule word_atomic{
    .id = "shm.sync.word-atomic",
    .mechanism = Mechanism::shm,
    .sentence = "An atomic load of a word sees all of an atomic store to it or nothing.",
    .force = Force::convention,
    .sources = {{"POSIX.1-2024", "<stdatomic.h>"}},
    .untestable = "Only a long race would show a torn word.",
};

inline constexpr Rule fault_info{
    .id = "shm.fault.info",
    .mechanism = Mechanism::shm,
    .sentence =
        "On Linux si_addr of a fault is the address that was touched, on s390 that of its page, "
        "and si_code is BUS_ADRERR behind the end of an object.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "sigaction(2)"}},
};

inline constexpr Rule io_like_file{
    .id = "shm.io.read-write",
    .mechanism = Mechanism::shm,
    .sentence =
        "On Linux read() and write() treat a shared memory object as a regular file; POSIX leaves "
        "it open.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "shm_overview(7)"}, {"POSIX.1-2017", "read()"}},
};

inline constexpr Rule open_access{
    .id = "shm.open.access",
    .mechanism = Mechanism::shm,
    .sentence =
        "shm_open() that makes an object opens it for the access asked for, whatever the mode "
        "says, while a later shm_open() that the mode does not permit fails with EACCES.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}},
};

inline constexpr Rule ftruncate_shrink_sigbus{
    .id = "shm.ftruncate.shrink-sigbus",
    .mechanism = Mechanism::shm,
    .sentence =
        "After ftruncate() to a smaller size touching an older mapping in a whole page behind the "
        "new end raises SIGBUS, and the pages before keep their bytes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "ftruncate()"}},
};

inline constexpr Rule unlink_name_reuse{
    .id = "shm.unlink.name-reuse",
    .mechanism = Mechanism::shm,
    .sentence =
        "shm_open() with O_CREAT of a name that shm_unlink() has removed makes a new object of "
        "size 0, which shares nothing with the mappings of the old one.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shm_open()"}, {"POSIX.1-2017", "shm_unlink()"}},
};

inline constexpr Rule death_state_kept{
    .id = "shm.death.state-kept",
    .mechanism = Mechanism::shm,
    .sentence =
        "A process that is killed leaves in a shared memory object the bytes that it has stored "
        "there: nothing is undone.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mmap()"}, {"POSIX.1-2017", "_exit()"}},
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
                                   &compare_fastest,
                                   &open_access,
                                   &ftruncate_shrink_sigbus,
                                   &unlink_name_reuse,
                                   &death_state_kept};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{&open_missing,
                                        &open_excl,
                                        &open_existing,
                                        &open_mode_umask,
                                        &open_cloexec,
                                        &open_trunc,
                                        &open_names,
                                        &open_write_only,
                                        &ftruncate_read_only,
                                        &ftruncate_read_only_einval,
                                        &ftruncate_negative,
                                        &ftruncate_not_a_file,

                                        &mmap_range,
                                        &mmap_past_end,

                                        &mmap_partial_page,
                                        &mmap_partial_page_stale,
                                        &mmap_arg_errors,
                                        &mmap_write_needs_rdwr,
                                        &mmap_needs_read,
                                        &mmap_not_mappable,
                                        &mmap_protection,
                                        &mmap_private_isolated,
                                        &mmap_private_sees_later,
                                        &mmap_private_cut_off,
                                        &mmap_anonymous,
                                        &munmap_errors,
                                        &munmap_unaligned,
                                        &fork_inherits,
                                        &word_atomic,
                                        &fault_info,
                                        &io_like_file};

}  // namespace ipcspec::spec::shm
