// POSIX message queues.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::mq {

inline constexpr Rule practical_available{
    .id = "mq.practical.available",
    .mechanism = Mechanism::mq,
    .sentence =
        "Two processes that share nothing but a name exchange messages through a POSIX "
        "message queue.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_open()"}, {"Linux man-pages", "mq_overview(7)"}},
    .cheat_sheet = {"Practical/Message Queue", "Short/5"},
    .erratum =
        "Message queues appear in the table of practical usage but have neither a section "
        "nor a row in the comparison.",
};

inline constexpr Rule practical_structured{
    .id = "mq.practical.structured",
    .mechanism = Mechanism::mq,
    .sentence =
        "One mq_receive() returns exactly one message as it was sent, with its length and "
        "its priority.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_receive()"}},
    .cheat_sheet = {"Practical/Message Queue"},
};

inline constexpr Rule open_create{
    .id = "mq.open.create",
    .mechanism = Mechanism::mq,
    .sentence =
        "mq_open() with O_CREAT makes an empty queue if the name is new, and opens the queue if "
        "the name exists.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_open()"}},
};

inline constexpr Rule open_missing{
    .id = "mq.open.missing",
    .mechanism = Mechanism::mq,
    .sentence = "mq_open() without O_CREAT of a name that does not exist fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_open()"}},
};

inline constexpr Rule open_excl{
    .id = "mq.open.excl",
    .mechanism = Mechanism::mq,
    .sentence = "mq_open() with O_CREAT and O_EXCL of a name that exists fails with EEXIST.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_open()"}},
};

inline constexpr Rule open_attrs{
    .id = "mq.open.attrs",
    .mechanism = Mechanism::mq,
    .sentence =
        "A new queue takes as many messages, of at most the size, as its attributes say, and "
        "mq_open() fails with EINVAL when one of them is not above 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_open()"}},
};

inline constexpr Rule open_defaults{
    .id = "mq.open.defaults",
    .mechanism = Mechanism::mq,
    .sentence = "On Linux a queue made without attributes takes 10 messages of at most 8192 bytes.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "mq_overview(7)"}},
};

inline constexpr Rule open_limits{
    .id = "mq.open.limits",
    .mechanism = Mechanism::mq,
    .sentence =
        "On Linux mq_open() may fail with EINVAL for a queue of more than 10 messages or more than "
        "8192 bytes a message, and always does for more than 65536 messages or 16777216 bytes.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "mq_overview(7)"}},
};

inline constexpr Rule open_names{
    .id = "mq.open.names",
    .mechanism = Mechanism::mq,
    .sentence =
        "In glibc a queue name that does not begin with a slash fails with EINVAL, one that is "
        "only a slash with ENOENT, one with another slash with EACCES, and one of more than 255 "
        "bytes with ENAMETOOLONG.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "mq_overview(7)"}, {"Linux man-pages", "mq_open(3)"}},
};

inline constexpr Rule open_permission{
    .id = "mq.open.permission",
    .mechanism = Mechanism::mq,
    .sentence =
        "A new queue has the permission bits asked for, less those in the umask, and mq_open() for "
        "an access that they do not grant fails with EACCES.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_open()"}, {"POSIX.1-2017", "umask()"}},
};

inline constexpr Rule open_direction{
    .id = "mq.open.direction",
    .mechanism = Mechanism::mq,
    .sentence =
        "mq_send() on a descriptor that is not open for writing and mq_receive() on one that is "
        "not open for reading fail with EBADF.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_send()"}, {"POSIX.1-2017", "mq_receive()"}},
};

inline constexpr Rule descriptor_is_file{
    .id = "mq.fd.linux",
    .mechanism = Mechanism::mq,
    .sentence =
        "On Linux a queue descriptor is a file descriptor: mq_open() gives the lowest free number, "
        "and mq_close() closes any descriptor.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "mq_overview(7)"}},
};

inline constexpr Rule exec_closes{
    .id = "mq.fd.exec",
    .mechanism = Mechanism::mq,
    .sentence = "Queue descriptors are closed by exec; on Linux FD_CLOEXEC is set on them.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}},
};

inline constexpr Rule close_ends_use{
    .id = "mq.close.ends-use",
    .mechanism = Mechanism::mq,
    .sentence =
        "After mq_close() the descriptor is no longer that of the queue, which stays with its "
        "messages.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_close()"}},
};

inline constexpr Rule close_bad{
    .id = "mq.close.bad-descriptor",
    .mechanism = Mechanism::mq,
    .sentence = "mq_close() of what is no open descriptor fails with EBADF.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_close()"}},
};

inline constexpr Rule unlink_removes_name{
    .id = "mq.unlink.removes-name",
    .mechanism = Mechanism::mq,
    .sentence =
        "After mq_unlink() the name is new again, and a second mq_unlink() fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_unlink()"}},
};

inline constexpr Rule unlink_deferred{
    .id = "mq.unlink.deferred",
    .mechanism = Mechanism::mq,
    .sentence = "Processes that have a queue open go on using it after mq_unlink().",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_unlink()"}},
};

inline constexpr Rule send_queues{
    .id = "mq.send.queues",
    .mechanism = Mechanism::mq,
    .sentence = "mq_send() adds its message to a queue that is not full.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_send()"}},
};

inline constexpr Rule send_priority_range{
    .id = "mq.send.prio-range",
    .mechanism = Mechanism::mq,
    .sentence =
        "mq_send() with a priority of MQ_PRIO_MAX or above, 32768 on Linux, fails with EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_send()"}, {"Linux man-pages", "mq_send(3)"}},
};

inline constexpr Rule send_priority_linux{
    .id = "mq.send.prio-range-linux",
    .mechanism = Mechanism::mq,
    .sentence = "On Linux the priorities are 0 to 32767.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "mq_overview(7)"}},
};

inline constexpr Rule send_emsgsize{
    .id = "mq.send.emsgsize",
    .mechanism = Mechanism::mq,
    .sentence = "mq_send() of more bytes than a message of the queue may have fails with EMSGSIZE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_send()"}},
};

inline constexpr Rule receive_emsgsize{
    .id = "mq.recv.emsgsize",
    .mechanism = Mechanism::mq,
    .sentence =
        "mq_receive() into a buffer that is smaller than a message of the queue may be fails with "
        "EMSGSIZE, however short the messages are.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_receive()"}},
};

inline constexpr Rule order_priority{
    .id = "mq.order.priority",
    .mechanism = Mechanism::mq,
    .sentence = "mq_receive() takes the oldest of the messages of the highest priority.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_receive()"}},
};

inline constexpr Rule block_full_empty{
    .id = "mq.block.full-empty",
    .mechanism = Mechanism::mq,
    .sentence = "mq_send() waits while the queue is full, and mq_receive() while it is empty.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_send()"}, {"POSIX.1-2017", "mq_receive()"}},
};

inline constexpr Rule nonblock_eagain{
    .id = "mq.nonblock.eagain",
    .mechanism = Mechanism::mq,
    .sentence =
        "With O_NONBLOCK mq_send() to a full queue and mq_receive() from an empty one fail with "
        "EAGAIN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_send()"}, {"POSIX.1-2017", "mq_receive()"}},
};

inline constexpr Rule wake_longest_waiting{
    .id = "mq.wake.longest-waiting",
    .mechanism = Mechanism::mq,
    .sentence =
        "Linux hands a message to the process that has waited longest for one, and takes the "
        "message of the process that has waited longest to send, before anybody else can come "
        "between.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "ipc/mqueue.c"}, {"POSIX.1-2017", "mq_receive()"}},
};

inline constexpr Rule send_zero_length{
    .id = "mq.send.zero-length",
    .mechanism = Mechanism::mq,
    .sentence =
        "A message of no bytes takes a place in the queue like any other, and mq_receive() returns "
        "0 for it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_send()"}, {"POSIX.1-2017", "mq_receive()"}},
};

inline constexpr Rule eintr{
    .id = "mq.eintr",
    .mechanism = Mechanism::mq,
    .sentence =
        "mq_send() and mq_receive() that wait fail with EINTR once a handler without SA_RESTART "
        "has run, and go on waiting after one with SA_RESTART.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_send()"},
                {"POSIX.1-2017", "mq_receive()"},
                {"POSIX.1-2017", "sigaction()"}},
};

inline constexpr Rule persist_after_exit{
    .id = "mq.persist.after-exit",
    .mechanism = Mechanism::mq,
    .sentence =
        "A queue and its messages outlive every process that used them, until mq_unlink() removes "
        "the name.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_open()"}, {"Linux man-pages", "mq_overview(7)"}},
};

inline constexpr std::array kRules{&practical_available, &practical_structured, &send_zero_length,
                                   &eintr, &persist_after_exit};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{
    &open_create,         &open_missing,        &open_excl,       &open_attrs,
    &open_defaults,       &open_limits,         &open_names,      &open_permission,
    &open_direction,      &descriptor_is_file,  &exec_closes,     &close_ends_use,
    &close_bad,           &unlink_removes_name, &unlink_deferred, &send_queues,
    &send_priority_range, &send_priority_linux, &send_emsgsize,   &receive_emsgsize,
    &order_priority,      &block_full_empty,    &nonblock_eagain, &wake_longest_waiting};

}  // namespace ipcspec::spec::mq
