// What a process does to itself before it becomes a platform's command.
#pragma once

namespace ipcspec::platform {

// Gives up all privileges for good. Throws Broken.
void become_nobody();

// Makes this process the child, and there process 1, of fresh namespaces of every kind: mapped
// root, own /proc, /dev/shm and /dev/mqueue, loopback up. Returns in the new process only; the old
// one waits for it and ends as it ends. Throws Broken.
void enter_fresh_namespaces();

// Some runtimes refuse a machine that has both versions of cgroups: shows this process, and what it
// starts, the new version alone. Does nothing elsewhere. Throws Broken.
void hide_hybrid_cgroups();

// ioctl() instead of a program that may not be there. Errors: errno, or 0.
int bring_loopback_up();

}  // namespace ipcspec::platform
