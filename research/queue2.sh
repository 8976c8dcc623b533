cd /work/wt-detection/research/Harness
while pgrep -f "det/F2b" >/dev/null; do sleep 5; done
run(){ n=$1; shift; nice -n 15 dotnet bin/Release/net10.0/Harness.dll train /tmp/det/data /tmp/det/$n "$@" > /tmp/det/$n.log 2>&1; cd ..; nice -n 15 /usr/bin/python3 -c "
from comp import *
build(['/tmp/det/$n'],('std','learn','mm','iso'))"; cd Harness; }
run H0 e=1 d=1 bw=1 held=.1
run H1 e=1 d=1 bw=1 held=.1 mseed=1
run H2 e=1 d=1 bw=1 held=.1 mseed=2
