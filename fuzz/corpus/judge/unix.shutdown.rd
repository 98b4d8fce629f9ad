ipcspec-trace 1
birth p pid=100
call 1 p socket_pair type=SOCK_STREAM
return 1 p value=0 first=3 second=4
call 2 p write fd=4 data="ab"
return 2 p value=2
call 3 p shutdown fd=3 how=SHUT_RD
return 3 p value=0
call 4 p read fd=3 size_bytes=9
return 4 p value=2 data="ab"
call 5 p read fd=3 size_bytes=9
return 5 p value=0
