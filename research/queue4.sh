cd /work/wt-detection/research/Harness
run(){ n=$1; shift; nice -n 15 dotnet bin/Release/net10.0/Harness.dll train /tmp/det/data /tmp/det/$n "$@" > /tmp/det/$n.log 2>&1; }
run P5 e=1 d=1 bw=1 held=.1 patience=5 max=5000 splits=2
run P3 e=1 d=1 bw=1 held=.1 patience=3 max=5000 splits=2
run C5 e=1 d=1 bw=1 held=.1 steps=5000 splits=2
