cd /work/wt-detection/research/Harness
run(){ n=$1; shift; nice -n 15 dotnet bin/Release/net10.0/Harness.dll train /tmp/det/data /tmp/det/$n "$@" > /tmp/det/$n.log 2>&1; cd ..; nice -n 15 /usr/bin/python3 -c "
from comp import *
build(['/tmp/det/$n'],('std','learn','mm','iso'))"; cd Harness; }
run F123 e=1,2,3 d=1,2,3
run F123b e=1,2,3 d=1,2,3 bw=1
run F1b e=1 d=1 bw=1
run F2b e=2 d=2 bw=1
run F123B e=1,2,3 d=1,2,3 b1=1
run R0m1 mseed=1
