// Message queues in C.
#pragma once

#include "report/repro/form.hpp"

namespace ipcspec::report::repro {

inline constexpr CallForm kMqForms[] = {
    {.operation = "mq_open",
     .call = "mq_open($name, $flags, $mode, NULL)",
     .when = "messages_max=0"},
    {.operation = "mq_open",
     .call = "mq_open($name, $flags, $mode, &attributes)",
     .before = "struct mq_attr attributes = {.mq_maxmsg = $messages_max, .mq_msgsize = "
               "$size_bytes_max};"},
    {.operation = "mq_close", .call = "mq_close($queue)"},
    {.operation = "mq_unlink", .call = "mq_unlink($name)"},
    {.operation = "mq_send", .call = "mq_send($queue, $data, $data.size, (unsigned)$priority)"},
    {.operation = "mq_receive",
     .call = "mq_receive($queue, data, $size_bytes, &priority)",
     .before = "char *data = room($size_bytes); unsigned priority = 0;",
     .after = "take(data, result); if (ok()) output(priority);",
     .room = "$size_bytes"},
};

}  // namespace ipcspec::report::repro
