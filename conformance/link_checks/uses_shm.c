// Links only where the C library itself offers shared memory objects.
#include <fcntl.h>
#include <sys/mman.h>

int main(void) {
  const int fd = shm_open("/ipcspec-link-check", O_RDWR, 0600);
  return shm_unlink("/ipcspec-link-check") == 0 && fd >= 0;
}
