// What AddressSanitizer spares itself here, unless ASAN_OPTIONS says otherwise. All that it finds
// by itself it still finds; an input frees little, so that little is kept from being used again,
// and what an input leaves on the heap stays in the processor's cache. A block is not filled when
// it is made. Where a block was made and freed is told by one function: run the input again with
// ASAN_OPTIONS=malloc_context_size=30.
//
// That a function's stack is used after it has returned is not looked for, since each exception
// searches through all that are kept; ASAN_OPTIONS=detect_stack_use_after_return=1 looks for it.

// A worker of kernel_fuzz that becomes another image of it must still die of a signal, and not
// leave by the sanitizers' handler. libFuzzer has its own for what befalls the fuzzer.
#ifdef IPCSPEC_WORKERS_DIE_OF_SIGNALS
#define SIGNALS ":handle_segv=0:handle_sigbus=0:handle_sigfpe=0"
#else
#define SIGNALS ""
#endif

// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizers' own names
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64:max_malloc_fill_size=0:"
         "malloc_context_size=1:detect_stack_use_after_return=0" SIGNALS;
}
extern "C" const char* __ubsan_default_options() { return SIGNALS; }
// NOLINTEND(bugprone-reserved-identifier)
