// What the program does where it is process 1 of a whole machine.
#pragma once

#include <functional>

namespace ipcspec::platform {

// The variable that tells how the machine is to end: a machine without power management can only
// restart, and its emulator ends instead.
inline constexpr const char* kEndVariable = "IPCSPEC_END";
inline constexpr const char* kPowerOff = "poweroff";
inline constexpr const char* kReboot = "reboot";

// This process is process 1 of a machine that was started to obey an order.
bool is_init_of_machine();

// Mounts what programs expect, brings the loopback interface up, makes the console carry bytes as
// they are, runs `program` in a child, reaps whatever ends, and turns the machine off.
[[noreturn]] void be_init(const std::function<int()>& program);

// Bytes pass the terminal unchanged. Does nothing for what is no terminal.
void make_raw(int fd);

}  // namespace ipcspec::platform
