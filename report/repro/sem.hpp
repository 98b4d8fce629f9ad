// Semaphores in C.
#pragma once

#include "report/repro/form.hpp"

namespace ipcspec::report::repro {

inline constexpr CallForm kSemForms[] = {
    {.operation = "sem_open",
     .call = "sem_open($name, $flags, $mode, (unsigned)$initial)",
     .after = "if (ok()) output((intptr_t)semaphore);",
     .result = "sem_t *semaphore",
     .value = "semaphore == SEM_FAILED ? -1 : 0"},
    {.operation = "sem_close", .call = "sem_close((sem_t *)$semaphore)"},
    {.operation = "sem_unlink", .call = "sem_unlink($name)"},
    {.operation = "sem_wait", .call = "sem_wait((sem_t *)$semaphore)"},
    {.operation = "sem_trywait", .call = "sem_trywait((sem_t *)$semaphore)"},
    {.operation = "sem_post", .call = "sem_post((sem_t *)$semaphore)"},
    {.operation = "sem_getvalue",
     .call = "sem_getvalue((sem_t *)$semaphore, &count)",
     .before = "int count = 0;",
     .value = "result < 0 ? result : count"},
    {.operation = "sem_init", .call = "sem_init((sem_t *)$semaphore, $shared, (unsigned)$initial)"},
    {.operation = "increment_under_semaphore",
     .call = "increment_under_semaphore($semaphore, $counter, $rounds)"},
    {.operation = "produce", .call = "produce($free, $filled, $ring, $slots, $items, $items.size)"},
    {.operation = "consume",
     .call = "consume($free, $filled, $ring, $slots, $count)",
     .room = "$count"},
};

}  // namespace ipcspec::report::repro
