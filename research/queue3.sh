cd /work/wt-detection/research/Harness
while pgrep -f "queue2.sh" >/dev/null; do sleep 5; done
run(){ n=$1; shift; nice -n 15 dotnet bin/Release/net10.0/Harness.dll train /tmp/det/data /tmp/det/$n "$@" > /tmp/det/$n.log 2>&1; }
run S100 e=1 d=1 bw=1 held=.2 sub=100 splits=3
run S50 e=1 d=1 bw=1 held=.2 sub=50 splits=3
run S300 e=1 d=1 bw=1 held=.1 sub=300 splits=3
run L0 e=1 d=1 bw=1 held=.1 steps=7500 splits=2
