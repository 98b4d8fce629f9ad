// What AddressSanitizer spares itself here, unless ASAN_OPTIONS says otherwise. All that it finds
// by itself it still finds; an input frees little, so that little is kept from being used again,
// and what an input leaves on the heap stays in the processor's cache. Where a block was made and
// freed is told by one function: run the input again with ASAN_OPTIONS=malloc_context_size=30.
//
// The stacks of functions that have returned are searched through after each exception, so they are
// as small as they can be; a function for which there is no room left is on the usual stack.
//
// Weak, because kernel_fuzz needs others.
extern "C" __attribute__((weak)) const char* __asan_default_options() {
  return "quarantine_size_mb=8:malloc_context_size=1:max_uar_stack_size_log=16";
}
