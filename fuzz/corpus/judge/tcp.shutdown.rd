ipcspec-trace 1
birth p pid=100
call 1 p socket family=AF_INET type=SOCK_STREAM protocol=0
return 1 p value=3
call 2 p bind fd=3 address="127.0.0.1:4000"
return 2 p value=0
call 3 p listen fd=3 backlog=1
return 3 p value=0
call 4 p socket family=AF_INET type=SOCK_STREAM protocol=0
return 4 p value=4
call 5 p connect fd=4 address="127.0.0.1:4000"
return 5 p value=0
call 6 p accept fd=3 null_address=false
return 6 p value=5 data="127.0.0.1:5000"
call 7 p shutdown fd=4 how=SHUT_RD
return 7 p value=0
call 8 p read fd=4 size_bytes=9
return 8 p value=0
call 9 p write fd=5 data="cd"
return 9 p value=2
call 10 p read fd=4 size_bytes=9
return 10 p value=2 data="cd"
