// Readiness, as poll() tells it.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::poll {

inline constexpr Rule pipe_data{
    .id = "poll.pipe.data",
    .mechanism = Mechanism::poll,
    .sentence = "The read end of a pipe polls POLLIN as soon as one byte is in the pipe.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule pipe_idle{
    .id = "poll.pipe.idle",
    .mechanism = Mechanism::poll,
    .sentence =
        "The read end of an empty pipe polls nothing while somebody has the pipe open for writing.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule pipe_hup{
    .id = "poll.pipe.hup-empty",
    .mechanism = Mechanism::poll,
    .sentence =
        "When the last write end was closed, the read end polls POLLHUP, with data left or "
        "without.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule pipe_hup_alone{
    .id = "poll.pipe.hup-without-in",
    .mechanism = Mechanism::poll,
    .sentence =
        "On Linux the read end of an empty pipe without writers polls POLLHUP and not POLLIN.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "fs/pipe.c"}},
};

inline constexpr Rule pipe_data_and_hup{
    .id = "poll.pipe.data-and-hup",
    .mechanism = Mechanism::poll,
    .sentence =
        "On Linux the read end of a pipe with data and without writers polls both POLLIN and "
        "POLLHUP.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "fs/pipe.c"}, {"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule unrequested{
    .id = "poll.unrequested",
    .mechanism = Mechanism::poll,
    .sentence = "POLLERR, POLLHUP and POLLNVAL are reported whether they were asked for or not.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule only_requested{
    .id = "poll.only-requested",
    .mechanism = Mechanism::poll,
    .sentence = "Of the other events only those are reported that were asked for.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule pipe_write_empty{
    .id = "poll.pipe.write-empty",
    .mechanism = Mechanism::poll,
    .sentence = "The write end of an empty pipe with a reader polls POLLOUT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule pipe_write_slots{
    .id = "poll.pipe.write-full",
    .mechanism = Mechanism::poll,
    .sentence =
        "On Linux the write end of a pipe with a reader polls POLLOUT exactly when a page slot is "
        "free.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "fs/pipe.c"}, {"Linux man-pages", "pipe(7)"}},
};

inline constexpr Rule pipe_err_no_reader{
    .id = "poll.pipe.err-no-reader",
    .mechanism = Mechanism::poll,
    .sentence =
        "On Linux the write end of a pipe without readers polls POLLERR, and POLLOUT too while "
        "there is room.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "poll(2)"}},
};

inline constexpr Rule waits{
    .id = "poll.waits",
    .mechanism = Mechanism::poll,
    .sentence = "A poll() without a timeout waits until there is something to report.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule fifo_never_writer{
    .id = "poll.fifo.never-writer",
    .mechanism = Mechanism::poll,
    .sentence =
        "A FIFO opened for reading with O_NONBLOCK that never had a writer polls no POLLHUP.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule fifo_hup_per_open{
    .id = "poll.fifo.hup-per-open",
    .mechanism = Mechanism::poll,
    .sentence =
        "On Linux a FIFO opened for reading after its last writer has left polls no POLLHUP until "
        "another writer came and went.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "fs/pipe.c"}},
};

inline constexpr Rule nval{
    .id = "poll.nval",
    .mechanism = Mechanism::poll,
    .sentence =
        "For a number that is no open descriptor poll() reports POLLNVAL and does not fail.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule negative_fd{
    .id = "poll.negative-fd",
    .mechanism = Mechanism::poll,
    .sentence = "An entry with a negative descriptor is ignored and nothing is reported for it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule regular_file{
    .id = "poll.regular-file",
    .mechanism = Mechanism::poll,
    .sentence = "A regular file always polls readable and writable.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule timeout_zero{
    .id = "poll.timeout-zero",
    .mechanism = Mechanism::poll,
    .sentence =
        "With a timeout of 0 poll() does not wait, and returns 0 when there is nothing to report.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule timeout_over{
    .id = "poll.timeout-over",
    .mechanism = Mechanism::poll,
    .sentence = "When its timeout is over poll() returns 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule wakes_on_close{
    .id = "poll.pipe.wakes-on-close",
    .mechanism = Mechanism::poll,
    .sentence =
        "A poll() that waits at the read end of a pipe returns with POLLHUP when the last write "
        "end is closed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule fifo_hup_after_writer{
    .id = "poll.fifo.hup-after-writer",
    .mechanism = Mechanism::poll,
    .sentence =
        "The reader of a FIFO polls POLLHUP when the last writer has closed it, and still does so "
        "when asked again.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule fifo_hup_cleared{
    .id = "poll.fifo.hup-cleared",
    .mechanism = Mechanism::poll,
    .sentence = "The reader of a FIFO polls no POLLHUP any more when a new writer has opened it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule fifo_rdwr_no_hup{
    .id = "poll.fifo.rdwr-no-hup",
    .mechanism = Mechanism::poll,
    .sentence =
        "On Linux a descriptor that has a FIFO open with O_RDWR polls neither POLLHUP nor POLLERR "
        "when the last other writer or reader leaves.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "fifo(7)"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule eintr_always{
    .id = "poll.eintr-always",
    .mechanism = Mechanism::poll,
    .sentence =
        "On Linux a poll() that waits fails with EINTR when a handler has run, be it one with "
        "SA_RESTART or without.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "signal(7)"}},
};

inline constexpr std::array kRules{&wakes_on_close, &fifo_hup_after_writer, &fifo_hup_cleared,
                                   &fifo_rdwr_no_hup, &eintr_always};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{&pipe_data,
                                        &pipe_idle,
                                        &pipe_hup,
                                        &pipe_hup_alone,
                                        &pipe_data_and_hup,
                                        &unrequested,
                                        &only_requested,
                                        &pipe_write_empty,
                                        &pipe_write_slots,
                                        &pipe_err_no_reader,
                                        &waits,
                                        &fifo_never_writer,
                                        &fifo_hup_per_open,
                                        &nval,
                                        &negative_fd,
                                        &regular_file,
                                        &timeout_zero,
                                        &timeout_over};

}  // namespace ipcspec::spec::poll
