// Links only where the C library itself offers semaphores.
#include <fcntl.h>
#include <semaphore.h>
#include <stddef.h>

int main(void) {
  sem_t* semaphore = sem_open("/ipcspec-link-check", O_RDWR);
  return semaphore == SEM_FAILED || sem_wait(semaphore) != 0 || sem_post(semaphore) != 0;
}
