while pgrep -f "queue4.sh" >/dev/null; do sleep 5; done
nice -n 15 dotnet /tmp/det/bin3/Harness.dll train /tmp/det/kddfull /tmp/det/K0 e=1 d=1 bw=1 held=.1 splits=1 dop=1 threads=2 > /tmp/det/K0.log 2>&1
nice -n 15 dotnet /tmp/det/bin3/Harness.dll score /tmp/det/kddfull /tmp/det/K0 /tmp/det/scores_K0 2000 5 > /tmp/det/K0s.log 2>&1
run(){ n=$1; shift; nice -n 15 dotnet /tmp/det/bin3/Harness.dll train /tmp/det/data /tmp/det/$n "$@" > /tmp/det/$n.log 2>&1;  nice -n 15 dotnet /tmp/det/bin3/Harness.dll score /tmp/det/data /tmp/det/$n /tmp/det/scores_$n 2000 5 > /tmp/det/$n.slog 2>&1; }
run Q0 e=1 d=1 bw=1 held=.1 patience=5 max=5000
run Q1 e=1 d=1 bw=1 held=.1 patience=5 max=5000 seed=1
run Q2 e=1 d=1 bw=1 held=.1 patience=5 max=5000 seed=2
